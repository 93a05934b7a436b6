import { expect, test } from 'vitest';
import { FLUSH, packet, readPushHead, refusePush } from './pkt-line.ts';

const a = 'a'.repeat(40);
const b = 'b'.repeat(40);
const head =
  packet(`${a} ${b} refs/heads/main\0 report-status side-band-64k agent=git/2.39.5`) +
  packet(`${'0'.repeat(40)} ${b} refs/heads/x`) +
  FLUSH;

test('the head of a push is read once it is complete, whatever the chunks', () => {
  for (let cut = 0; cut < head.length; cut++) expect(readPushHead(head.slice(0, cut))).toBeUndefined();
  expect(readPushHead(`${head}PACK…`)).toEqual({
    commands: [
      { before: a, after: b, ref: 'refs/heads/main' },
      { before: '0'.repeat(40), after: b, ref: 'refs/heads/x' },
    ],
    capabilities: ['report-status', 'side-band-64k', 'agent=git/2.39.5'],
    length: head.length,
  });
  expect(readPushHead(FLUSH)).toEqual({ commands: [], capabilities: [], length: 4 });
});

test.each(['PACK', 'zzzz', '0001', `${packet('hello')}0000`])('what is no push is refused: %s', (bytes) => {
  expect(() => readPushHead(bytes)).toThrow(/The push/);
});

test('a refusal is told in side-band packets, with a report for each ref', () => {
  const push = readPushHead(head);
  const answer = refusePush(push!, 'Too large.', 'larger than 5 MB');
  expect(answer).toContain('\u0002\nToo large.\n');
  expect(answer).toContain('\u0001');
  expect(answer).toContain('ng refs/heads/main larger than 5 MB\n');
  expect(answer).toContain('ng refs/heads/x larger than 5 MB\n');
  expect(answer.endsWith(FLUSH)).toBe(true);
  expect(refusePush({ ...push!, capabilities: [] }, 'Too large.', 'x')).toBe(packet('ERR Too large.\n'));
});
