import { createReadStream, createWriteStream, type WriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';

/** A request's body, complete and within its limit: small ones in memory, larger ones in a file that goes with `dispose`. */
export interface Spooled extends AsyncDisposable {
  readonly bytes: number;
  stream(): Readable;
}

export type SpoolOutcome =
  | { readonly type: 'complete'; readonly body: Spooled }
  | { readonly type: 'too_large' }
  | { readonly type: 'gone' };

const IN_MEMORY = 4 * 1024 ** 2;
const IDLE_MS = 60_000;

/**
 * Takes in what is left of a body behind `first`, as fast as it comes: git reads packs much slower than they arrive, and whether one is
 * too large should be known early. Stops at the limit with the request paused. Rejects when the file cannot be written.
 */
export function spoolBody(request: IncomingMessage, first: Buffer, options: { limit: number; file: string }): Promise<SpoolOutcome> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [first];
    let bytes = first.length;
    let file: WriteStream | undefined;
    const remove = (): Promise<void> => rm(options.file, { force: true });
    const removed = (then: () => void): Promise<void> => remove().finally(then);
    const stop = (): void => {
      clearTimeout(idle);
      request.off('data', take).off('end', end).off('close', gone);
    };
    let given = false;
    const give = (outcome: SpoolOutcome): void => {
      if (given) return;
      given = true;
      stop();
      if (outcome.type === 'complete' || file === undefined) return resolve(outcome);
      file.destroy();
      void removed(() => resolve(outcome));
    };
    const fail = (error: Error): void => {
      // A file that is given up complains about what was still to be written.
      if (given) return;
      given = true;
      stop();
      void removed(() => reject(error));
    };
    const take = (chunk: Buffer): void => {
      idle.refresh();
      bytes += chunk.length;
      if (bytes > options.limit) {
        request.pause();
        return give({ type: 'too_large' });
      }
      if (file !== undefined) {
        if (!file.write(chunk)) {
          // Waiting for our own disk is no idleness of the client.
          request.pause();
          clearTimeout(idle);
          file.once('drain', () => {
            if (given) return;
            clearTimeout(idle);
            idle = setTimeout(leave, IDLE_MS);
            request.resume();
          });
        }
        return;
      }
      chunks.push(chunk);
      if (bytes <= IN_MEMORY) return;
      file = createWriteStream(options.file, { flags: 'wx', mode: 0o600 });
      file.on('error', fail);
      for (const kept of chunks) file.write(kept);
      chunks.length = 0;
    };
    const complete = (): void =>
      give({
        type: 'complete',
        body: {
          bytes,
          stream: () => (file === undefined ? Readable.from(chunks) : createReadStream(options.file)),
          [Symbol.asyncDispose]: () => (file === undefined ? Promise.resolve() : remove()),
        },
      });
    const end = (): void => (file === undefined ? complete() : void file.end(complete));
    const gone = (): void => {
      if (!request.complete) give({ type: 'gone' });
    };
    const leave = (): void => give({ type: 'gone' });
    let idle = setTimeout(leave, IDLE_MS);
    if (request.destroyed && !request.complete) return give({ type: 'gone' });
    if (bytes > options.limit) return give({ type: 'too_large' });
    // A body that came in one piece has said its end while `first` was looked at; nothing more will be heard of it.
    if (request.readableEnded) return complete();
    request.on('data', take).on('end', end).on('close', gone);
    request.resume();
  });
}
