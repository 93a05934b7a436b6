import { once } from 'node:events';
import { existsSync, mkdtempSync, statSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { spoolBody } from './spool.ts';

test('a body that had ended before it was asked for is complete', async () => {
  const request = Object.assign(new PassThrough(), { complete: true });
  request.end('all of it');
  const ended = once(request, 'end');
  const [first] = (await once(request, 'data')) as [Buffer];
  await ended;
  const outcome = await spoolBody(request as unknown as IncomingMessage, first, { limit: 100, file: '/nowhere/unused' });
  if (outcome.type !== 'complete') throw new Error(outcome.type);
  expect(await text(outcome.body.stream())).toBe('all of it');
}, 2_000);

test('a large body waits in a file, which goes when it was used; one over the limit leaves nothing', async () => {
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'paved-spool-')), 'x.pack');
  const large = Buffer.alloc(6 * 1024 ** 2, 'x');
  const send = (limit: number) => {
    const request = Object.assign(new PassThrough(), { complete: true });
    const outcome = spoolBody(request as unknown as IncomingMessage, Buffer.from('first'), { limit, file });
    for (let at = 0; at < large.length; at += 65_536) request.write(large.subarray(at, at + 65_536));
    request.end();
    return outcome;
  };
  const outcome = await send(large.length + 5);
  if (outcome.type !== 'complete') throw new Error(outcome.type);
  expect(outcome.body.bytes).toBe(large.length + 5);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect((await buffer(outcome.body.stream())).equals(Buffer.concat([Buffer.from('first'), large]))).toBe(true);
  await outcome.body[Symbol.asyncDispose]();
  expect(existsSync(file)).toBe(false);
  expect((await send(large.length)).type).toBe('too_large');
  expect(existsSync(file)).toBe(false);
});
