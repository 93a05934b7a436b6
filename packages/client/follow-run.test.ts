import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { createApiClient, followRun, succeeded, type CliContext, type Run } from './index.ts';

const close: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of close.splice(0)) await end();
});

const run = (status: Run['status'], ...steps: Run['steps'][number]['status'][]): Run => ({
  id: 'run_1',
  kind: 'test.talk',
  title: 'Talk',
  status,
  subjects: [],
  actor: { ref: 'user:default/mira', displayName: 'Mira' },
  cause: { type: 'user' },
  input: {},
  attempt: 1,
  createdAt: '2026-01-01T00:00:00.000Z',
  steps: steps.map((step, n) => ({
    id: `s${n}`,
    title: `Step ${n}`,
    status: step,
    attempt: 1,
    startedAt: '2026-01-01T00:00:00.000Z',
    ...(step === 'succeeded' ? { endedAt: '2026-01-01T00:00:02.500Z' } : {}),
    ...(step === 'failed' ? { error: 'no voice' } : {}),
  })),
  ...(status === 'failed' ? { error: { message: 'Step 1 failed: no voice.', fix: 'Drink something.' } } : {}),
});

/** A server that gives these answers about the run, one after the other, and an event stream that never stays. */
async function contextWith(answers: readonly ((response: ServerResponse) => void)[], signal?: AbortSignal) {
  let at = 0;
  const server = createServer((request, response) => {
    if (request.url?.startsWith('/api/events') === true) return void response.writeHead(200).end();
    answers[Math.min(at, answers.length - 1)]?.(response);
    at += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  close.push(() => (server.closeAllConnections(), new Promise((resolve) => server.close(resolve))));
  const shown: string[] = [];
  const cli = {
    api: createApiClient({ server: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }),
    signal: signal ?? new AbortController().signal,
    progress: () => ({
      step: (_id: string, text: string) => void shown.push(`… ${text}`),
      done: (_id: string, text: string, ms?: number) => void shown.push(`✓ ${text} ${ms}`),
      failed: (_id: string, text: string) => void shown.push(`✗ ${text}`),
      note: (text: string) => void shown.push(text),
      end: () => void shown.push('end'),
    }),
  } as unknown as CliContext;
  return { cli, shown };
}

const answer =
  (body: unknown, status = 200) =>
  (response: ServerResponse): void =>
    void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
const lost = (response: ServerResponse): void => void response.destroy();
const starting = answer({ title: 'Unavailable', status: 503, detail: 'The server is starting.', code: 'unavailable', requestId: '' }, 503);

test('each change of a step is shown once, with the time the step took; a server that is away for a moment is waited for', async () => {
  const { cli, shown } = await contextWith([
    answer(run('running', 'running')),
    lost,
    starting,
    answer(run('succeeded', 'succeeded', 'succeeded')),
  ]);
  expect(succeeded(await followRun(cli, 'run_1')).status).toBe('succeeded');
  expect(shown).toEqual(['… Step 0', '✓ Step 0 2500', '✓ Step 1 2500', 'end']);
});

test('a run that failed says why, and what to do', async () => {
  const { cli, shown } = await contextWith([answer(run('failed', 'undone', 'failed'))]);
  const ended = await followRun(cli, 'run_1');
  expect(shown).toEqual(['Step 0: taken back', '✗ Step 1: no voice', 'end']);
  expect(() => succeeded(ended)).toThrow(expect.objectContaining({ message: 'Step 1 failed: no voice.', fix: 'Drink something.' }));
});

test('a refusal ends it at once', async () => {
  const { cli } = await contextWith([
    answer({ status: 404, detail: 'There is no run run_1.', code: 'not_found', title: '', requestId: '' }, 404),
  ]);
  await expect(followRun(cli, 'run_1')).rejects.toThrow('There is no run run_1.');
});

test('Ctrl-C leaves the run alone and says how to go on', async () => {
  const { cli } = await contextWith([answer(run('running', 'running'))], AbortSignal.abort());
  await expect(followRun(cli, 'run_1')).rejects.toMatchObject({ code: 'cancelled', fix: 'Follow it with: paved runs logs -f run_1' });
});
