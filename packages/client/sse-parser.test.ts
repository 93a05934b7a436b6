import { expect, it } from 'vitest';
import { createSseParser, type SseMessage } from './sse-parser.ts';

const read = (...chunks: string[]): SseMessage[] => {
  const messages: SseMessage[] = [];
  const parser = createSseParser((message) => messages.push(message));
  for (const chunk of chunks) parser.push(chunk);
  return messages;
};

it('reads events cut anywhere', () => {
  expect(read('id: 7\nevent: runs.run.ch', 'anged\nda', 'ta: {"a":1}\n', '\n')).toEqual([
    { id: '7', event: 'runs.run.changed', data: '{"a":1}' },
  ]);
});

it('skips comments, joins lines, and forgets the id of an event without one', () => {
  expect(read(': alive\n\nid: 1\ndata: a\ndata: b\n\ndata: c\n\n')).toEqual([
    { id: '1', event: 'message', data: 'a\nb' },
    { event: 'message', data: 'c' },
  ]);
});

it('takes CRLF', () => {
  expect(read('event: open\r\ndata: {}\r\n\r\n')).toEqual([{ event: 'open', data: '{}' }]);
});
