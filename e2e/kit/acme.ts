import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createApiClient, type ApiClient, type StreamEvent } from '@paved/client';
import { localToken, removeFolder, startServer, temporaryFolder, type ServerProcess } from '@paved/testing';

/** A data directory with Acme in it and the servers that work on it, each a process of its own. */
export interface Acme extends AsyncDisposable {
  readonly folder: string;
  /** Everything the servers printed so far. */
  readonly printed: () => string;
  readonly token: string;
  /** Starts a server; the first one also waits until Acme's golden paths are in the catalog. */
  start(environment?: NodeJS.ProcessEnv): Promise<Server>;
}

export interface Server extends ServerProcess {
  readonly api: ApiClient;
  /** SIGKILL, and gone when it returns. */
  kill(): Promise<void>;
  /** Calls back for each event until the signal aborts; resolves once the stream is open. */
  follow(types: readonly string[], onEvent: (event: StreamEvent) => void, signal: AbortSignal): Promise<void>;
}

/** `environment` is given to every server: configuration as PAVED_<SECTION>_<KEY>. */
export async function acme(environment: NodeJS.ProcessEnv = {}, folder = temporaryFolder()): Promise<Acme> {
  const servers: Server[] = [];
  let printed = '';
  let token = '';
  return {
    folder,
    printed: () => printed,
    get token() {
      return token;
    },
    async start(more = {}) {
      const all = { ...environment, ...more };
      const started = await startServer(folder, { acme: true, environment: all, onOutput: (text) => (printed += text) });
      if (token === '') token = localToken(folder, all);
      const api = createApiClient({ server: started.url, token });
      const server: Server = {
        ...started,
        api,
        async kill() {
          if (started.child.exitCode !== null || started.child.signalCode !== null) return;
          const ended = new Promise((resolve) => started.child.once('exit', resolve));
          started.child.kill('SIGKILL');
          await ended;
        },
        follow: (types, onEvent, signal) => follow(started.url, token, types, onEvent, signal),
      };
      servers.push(server);
      await until(60_000, 'Acme’s golden paths', () =>
        api.get('/api/catalog/entities/by-name/template/default/http-service').then(
          () => true,
          () => undefined,
        ),
      );
      return server;
    },
    async [Symbol.asyncDispose]() {
      for (const server of servers) {
        if (server.child.exitCode === null && server.child.signalCode === null) {
          await Promise.race([server.stop(), sleep(20_000)]);
          await server.kill();
        }
      }
      await endEverythingIn(folder);
      if (process.env['PAVED_KEEP'] === undefined) removeFolder(folder);
      else console.log(`Kept ${folder}`);
    },
  };
}

async function follow(
  url: string,
  token: string,
  types: readonly string[],
  onEvent: (event: StreamEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  const response = await fetch(`${url}/api/events?types=${types.join(',')}`, { headers: { authorization: `Bearer ${token}` }, signal });
  if (response.body === null) throw new Error('The event stream has no body.');
  const { promise: opened, resolve: open } = Promise.withResolvers<void>();
  const read = async (body: ReadableStream<Uint8Array>): Promise<void> => {
    let text = '';
    for await (const chunk of body.pipeThrough(new TextDecoderStream() as never) as unknown as AsyncIterable<string>) {
      text += chunk;
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        const block = text.slice(0, end);
        text = text.slice(end + 2);
        if (block.includes('event: open')) open();
        else if (block.includes('\ndata: ')) onEvent(JSON.parse(block.slice(block.indexOf('\ndata: ') + 7)) as StreamEvent);
      }
    }
  };
  // The stream breaks when the server is killed: that is what these tests do.
  read(response.body).catch(() => {});
  await opened;
}

/** Processes that work below a folder: their current directory, command line or environment names it. */
export function processesIn(folder: string): number[] {
  const needle = path.basename(folder);
  const link = (file: string): string => {
    try {
      return readlinkSync(file);
    } catch {
      return '';
    }
  };
  const text = (file: string): string => {
    try {
      return readFileSync(file, 'latin1');
    } catch {
      return '';
    }
  };
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) =>
      [link(`/proc/${pid}/cwd`), text(`/proc/${pid}/cmdline`), text(`/proc/${pid}/environ`)].some((found) => found.includes(needle)),
    )
    .map(Number);
}

/** What killed servers left behind: databases and services. */
export async function endEverythingIn(folder: string): Promise<void> {
  for (let round = 0; round < 50; round++) {
    const left = processesIn(folder);
    if (left.length === 0) return;
    for (const pid of left) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It ended meanwhile.
      }
    }
    await sleep(100);
  }
}

/** Asks until something is there; fails by naming what was waited for. */
export async function until<T>(waitMs: number, what: string, look: () => Promise<T | undefined> | T | undefined): Promise<T> {
  for (const deadline = Date.now() + waitMs; ; await sleep(50)) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > deadline) throw new Error(`Waited ${waitMs / 1000} s for: ${what}.`);
  }
}
