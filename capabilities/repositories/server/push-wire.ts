import type { IncomingMessage, ServerResponse } from 'node:http';
import { messageOf } from '@paved/kernel';
import { readPushHead, refusePush, type PushHead } from '../model/pkt-line.ts';
import type { Refusal } from '../model/protection.ts';

const HEAD_LIMIT = 1024 ** 2;
const HEAD_TIMEOUT_MS = 60_000;
/**
 * How long a refused client may go on sending before its connection is cut; git has shown the reason by then. A client that
 * finishes in time also hears it per ref. A refusal takes about two seconds, whatever the size of the push.
 */
const DRAIN_MS = { least: 300, most: 1_500, total: 2_000 } as const;

/** Reads the body until the commands of the push are complete, with whatever followed them in the same chunk. Leaves the request paused. */
export function readPushStart(request: IncomingMessage): Promise<{ push: PushHead; bytes: Buffer }> {
  return new Promise((resolve, reject) => {
    let bytes = Buffer.alloc(0);
    const stop = (): void => {
      clearTimeout(timer);
      request.pause();
      request.off('data', read).off('end', short).off('close', short);
    };
    const fail = (sentence: string): void => {
      stop();
      reject(new Error(sentence));
    };
    const short = (): void => fail('The push ended before its commands did.');
    const timer = setTimeout(() => fail('The push took too long to start.'), HEAD_TIMEOUT_MS);
    const read = (chunk: Buffer): void => {
      bytes = Buffer.concat([bytes, chunk]);
      try {
        const push = readPushHead(bytes.toString('latin1'));
        if (push === undefined) {
          if (bytes.length > HEAD_LIMIT) fail('The push asks for too many refs at once.');
          return;
        }
        stop();
        resolve({ push, bytes });
      } catch (error) {
        fail(messageOf(error));
      }
    };
    request.on('data', read).on('end', short).on('close', short);
  });
}

/**
 * Says no in a form git prints: a "remote:" line at once, and the reason beside each ref when the client listens to the end. The
 * answer ends once the client has sent everything: ending earlier would reset the connection before the reason is read.
 */
export function refuse(request: IncomingMessage, response: ServerResponse, push: PushHead, refusal: Refusal, started: number): void {
  response.writeHead(200, { 'content-type': 'application/x-git-receive-pack-result', 'cache-control': 'no-cache' });
  response.write(Buffer.from(refusePush(push, refusal.sentence, refusal.short), 'latin1'));
  if (request.complete) {
    request.resume();
    response.end();
    return;
  }
  const left = Math.min(DRAIN_MS.most, Math.max(DRAIN_MS.least, DRAIN_MS.total - (performance.now() - started)));
  const timer = setTimeout(() => request.socket.destroy(), left);
  request.on('data', () => {});
  request.on('end', () => {
    clearTimeout(timer);
    response.end();
  });
  request.on('close', () => clearTimeout(timer));
  request.resume();
}
