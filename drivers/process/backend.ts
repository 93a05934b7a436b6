import type http from 'node:http';

/** A place that takes one request or connection; `done` is called exactly once when it is over. */
export interface Seat {
  readonly port: number;
  readonly agent: http.Agent;
  done(): void;
}

/** What a route or a fixed port leads to: the instances of a workload that are ready now, or files. */
export interface Backend {
  /** Name for people, in error pages. */
  readonly name: string;
  /** Serves files itself instead of forwarding. */
  readonly serve?: (request: http.IncomingMessage, response: http.ServerResponse) => void;
  /** A ready instance; waits a moment while one is starting. A sentence when there is none. `not` was just found dead. */
  seat(not?: number): Promise<Seat | string>;
}
