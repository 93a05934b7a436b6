import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { acme, until } from './kit/acme.ts';
import { clone } from './kit/clone.ts';
import { load } from './kit/load.ts';
import { ask, createService, deployments, git, succeeded, urlOf } from './kit/service.ts';

const root = path.resolve(import.meta.dirname, '..');
const PER_SECOND = 50;

test('a push ships the next version and a rollback the one before, and nobody who asks 50 times a second notices', async () => {
  await using place = await acme();
  const server = await place.start();
  const name = 'greeter';
  await succeeded(server.api, await createService(server.api, name));
  const url = await urlOf(server.api, name);
  const greeting = async (): Promise<string> => (JSON.parse((await ask(url)).body) as { message: string }).message;
  expect(await greeting()).toBe('Hello from greeter.');

  using cloned = clone(`${server.url}/git/playback/${name}.git`, place.token);
  const { work } = cloned;
  const file = path.join(work, 'src/greeting.js');
  writeFileSync(file, readFileSync(file, 'utf8').replace('Hello from greeter.', 'Good evening from greeter.'));
  git(work, 'commit', '--quiet', '--all', '--message', 'Greet in the evening');

  const asking = load(url, PER_SECOND);
  // Not synchronously: the client that asks lives in this process.
  await promisify(execFile)('git', ['push', '--quiet', 'origin', 'main'], { cwd: work });
  const commit = git(work, 'rev-parse', 'HEAD');
  await until(120_000, 'the pushed version to be live', async () =>
    (await deployments(server.api, name)).find((d) => d.commit === commit && d.status === 'succeeded'),
  );
  await until(10_000, 'the new greeting', async () => ((await greeting()) === 'Good evening from greeter.' ? true : undefined));
  const pushed = await asking.end();
  console.log('push', { ...pushed, failures: pushed.failures.length });
  expect(pushed.failures).toEqual([]);
  expect(pushed.perSecond).toBeGreaterThan(PER_SECOND * 0.9);
  expect(pushed.bodies.map((body) => (JSON.parse(body) as { message: string }).message)).toEqual([
    'Hello from greeter.',
    'Good evening from greeter.',
  ]);

  const askingAgain = load(url, PER_SECOND);
  const rolledBack = await promisify(execFile)(process.execPath, [path.join(root, 'apps/cli/main.ts'), 'rollback', name, '--env', 'dev'], {
    cwd: root,
    env: { ...process.env, PAVED_SERVER: server.url, PAVED_TOKEN: place.token, CI: 'true' },
  });
  await until(10_000, 'the old greeting', async () => ((await greeting()) === 'Hello from greeter.' ? true : undefined));
  const back = await askingAgain.end();
  console.log('rollback', { ...back, failures: back.failures.length }, rolledBack.stdout, rolledBack.stderr);
  expect(back.failures).toEqual([]);
  expect((await deployments(server.api, name)).map(({ mode, status }) => `${mode} ${status}`)).toEqual([
    'rollback succeeded',
    'deploy succeeded',
    'deploy succeeded',
  ]);
});
