import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
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
