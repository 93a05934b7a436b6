import { spawn } from 'node:child_process';
import path from 'node:path';
import { runningEmbeddedUrl } from '@paved/host';
import { root } from '../tools/setup.mjs';

/** Starts the yardstick beside a running server: node:http and one prepared statement on the same database. */
export async function startRaw(folder: string): Promise<{ url: string; stop: () => void }> {
  const database = await runningEmbeddedUrl(path.join(folder, 'postgres'));
  if (database === undefined) throw new Error('The embedded PostgreSQL does not answer.');
  const child = spawn(
    process.execPath,
    [path.join(root, 'bench/raw-server.ts'), database, 'select head || relations as body from catalog.entity where ref = $1'],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const port = await new Promise<string>((resolve) => child.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString().trim())));
  return { url: `http://127.0.0.1:${port}`, stop: () => void child.kill() };
}
