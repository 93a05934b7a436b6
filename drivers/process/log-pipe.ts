import { execFileSync } from 'node:child_process';
import { chownSync, closeSync, constants, openSync, rmSync } from 'node:fs';
import net from 'node:net';
import { StringDecoder } from 'node:string_decoder';
import type { WorkloadUser } from './workload-user.ts';

/** Longer lines are cut into pieces. */
const LONGEST = 16 * 1024;

/**
 * A named pipe between a workload and whichever server supervises it. Nothing of the output touches the disk before secrets are masked,
 * and the workload outlives the server: it holds the pipe open itself (read and write), so that a dead reader is no error for it, and the
 * next server goes on reading. Until then the kernel keeps 64 KB; a workload that prints more waits.
 */
export function makeLogPipe(file: string, user?: WorkloadUser): void {
  rmSync(file, { force: true });
  execFileSync('mkfifo', ['-m', '600', file]);
  // Programs that open /dev/stdout open it anew, with their own rights.
  if (user !== undefined) chownSync(file, user.uid, user.gid);
}

/** The workload's end, to be given as stdout or stderr and closed after the spawn. */
export function openWriteEnd(file: string): number {
  return openSync(file, constants.O_RDWR);
}

/** Reads lines until `close`; `onLines` gets complete ones, a last unfinished one on close. */
export function followLogPipe(file: string, onLines: (lines: string[]) => void): { close(): void } {
  const fd = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  let socket: net.Socket;
  try {
    socket = new net.Socket({ fd, readable: true, writable: false });
  } catch (error) {
    closeSync(fd);
    throw error;
  }
  const decoder = new StringDecoder('utf8');
  let rest = '';
  const flush = (): void => {
    const last = rest + decoder.end();
    rest = '';
    if (last !== '') onLines([last]);
  };
  socket.on('data', (chunk: Buffer) => {
    const pieces = (rest + decoder.write(chunk)).split('\n');
    rest = pieces.pop() ?? '';
    const lines = pieces.flatMap((line) => cut(line.endsWith('\r') ? line.slice(0, -1) : line));
    if (rest.length > LONGEST) {
      lines.push(...cut(rest));
      rest = '';
    }
    if (lines.length > 0) onLines(lines);
  });
  socket.on('error', flush);
  socket.on('end', flush);
  return {
    close() {
      flush();
      socket.destroy();
    },
  };
}

function cut(line: string): string[] {
  if (line.length <= LONGEST) return [line];
  const pieces: string[] = [];
  for (let at = 0; at < line.length; at += LONGEST) pieces.push(line.slice(at, at + LONGEST));
  return pieces;
}
