import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { testDatabase } from './test-database.ts';

/** Servers of one test as processes of their own, on one database and data directory; all gone at its end. */
export interface MortalServers extends AsyncDisposable {
  /** For the test's own files; the data directory is in it. */
  readonly folder: string;
  /** Starts a server (see `mortalServer`) with settings in its environment; resolves when it has said something, or is dead. */
  start(settings?: Readonly<Record<string, string>>): Promise<ChildProcess>;
  /** Waits until a server has killed itself; throws when it ended in another way. */
  died(server: ChildProcess): Promise<void>;
  /** Ends a server, gently by default. */
  end(server: ChildProcess, signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  rows<T extends object>(query: string, values?: readonly unknown[]): Promise<T[]>;
  /** The `n` of a query's only row. */
  number(query: string): Promise<number>;
}

/** `program` is the path of a file that calls `mortalServer`; `settings` go to every server, made from the folder. */
export async function mortalServers(
  program: string,
  settings: (folder: string) => Readonly<Record<string, string>> = () => ({}),
): Promise<MortalServers> {
  const database = await testDatabase();
  const client = new pg.Client({ connectionString: database.url });
  client.on('error', () => {});
  await client.connect();
  const folder = mkdtempSync(path.join(os.tmpdir(), 'paved-mortal-'));
  const common = settings(folder);
  const children: ChildProcess[] = [];

  const gone = async (child: ChildProcess): Promise<void> => {
    if (child.signalCode === null && child.exitCode === null) await once(child, 'exit');
  };
  const end: MortalServers['end'] = async (child, signal = 'SIGTERM') => {
    child.kill(signal);
    await gone(child);
  };
  const rows: MortalServers['rows'] = async <T extends object>(query: string, values: readonly unknown[] = []) =>
    (await client.query<T & pg.QueryResultRow>(query, [...values])).rows;
  return {
    folder,
    async start(own = {}) {
      const child = spawn(process.execPath, [program], {
        env: { ...process.env, DATABASE_URL: database.url, DATA: path.join(folder, 'data'), ...common, ...own },
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      children.push(child);
      await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
      return child;
    },
    async died(child) {
      await gone(child);
      if (child.signalCode !== 'SIGKILL')
        throw new Error(`The server was to kill itself, but ended with ${child.signalCode ?? child.exitCode}.`);
    },
    end,
    rows,
    number: async (query) => Number((await rows<{ n: string }>(query))[0]?.n),
    async [Symbol.asyncDispose]() {
      await Promise.all(children.map((child) => end(child, 'SIGKILL')));
      await client.end();
      await database[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
