import { open } from 'node:fs/promises';
import path from 'node:path';
import { parseLog, type LogLine } from '../model/movements.ts';

const MAX_BYTES = 8 * 1024 ** 2;

/** Size of a branch's reflog, and its lines from an offset on. Without a log: size 0. */
export async function readReflog(repository: string, branch: string, from: number): Promise<{ size: number; lines: LogLine[] }> {
  const file = await open(path.join(repository, 'logs', 'refs', 'heads', branch)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
    throw error;
  });
  if (file === undefined) return { size: 0, lines: [] };
  await using handle = file;
  const { size } = await handle.stat();
  // Shorter than what was read before: the branch was deleted and made again.
  const start = size < from ? 0 : from;
  const length = Math.min(size - start, MAX_BYTES);
  const { buffer } = await handle.read({ buffer: Buffer.alloc(length), position: start, length });
  const text = buffer.toString('utf8');
  const complete = text.lastIndexOf('\n') + 1;
  return { size: start + Buffer.byteLength(text.slice(0, complete)), lines: parseLog(text) };
}
