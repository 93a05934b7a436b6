import { pathOf, type ApiRequest, type Client } from './transport.ts';

/** A generated function: `getRun`, `listRuns` and all the others. */
export type Operation = (options: never) => Promise<unknown>;

/** What an operation asks for beside its client. */
export type Wanted<F extends Operation> = Omit<Parameters<F>[0], 'client' | 'meta'>;
/** It may be left out when nothing in it is needed. */
export type WantedArguments<F extends Operation> = object extends Wanted<F> ? [wanted?: Wanted<F>] : [wanted: Wanted<F>];

/** Calls an operation through a client. */
export const call = <F extends Operation>(client: Client, operation: F, wanted: Wanted<F> | undefined): ReturnType<F> =>
  operation({ ...wanted, client } as never) as ReturnType<F>;

/** The path and query that an operation would ask for; nothing is sent. */
export function addressOf<F extends Operation>(operation: F, wanted: Wanted<F> | undefined): { path: string; query: object } {
  let asked: ApiRequest = { url: '' };
  const look = (async (request: ApiRequest) => void (asked = request)) as unknown as Client['get'];
  void call({ get: look, post: look, put: look, patch: look, delete: look }, operation, wanted);
  return { path: pathOf(asked), query: asked.query ?? {} };
}
