import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { auditCapability } from '@paved/audit/server';
import { createApiClient, getSession } from '@paved/client';
import { testCli, type CliOutput, type TestPlatform } from '@paved/testing';
import { accessPlatform, administrator, join } from '../server/company.fixture.ts';
import { register } from './index.ts';

let home: string;
const [node = '', script = ''] = process.argv;

beforeEach(() => {
  home = mkdtempSync(path.join(os.tmpdir(), 'paved-cli-'));
  vi.stubEnv('GIT_CONFIG_GLOBAL', path.join(home, 'gitconfig'));
  vi.stubEnv('GIT_TERMINAL_PROMPT', '0');
  // What Git will call: the same code behind a one-line program.
  const program = path.join(home, 'paved it.mjs');
  const helper = path.join(import.meta.dirname, 'git-credential.ts');
  writeFileSync(
    program,
    `const { answerGit } = await import(${JSON.stringify(helper)}); await answerGit(${JSON.stringify(home)}, process.argv[3]);`,
  );
  process.argv[1] = program;
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  process.argv.splice(0, 2, node, script);
  rmSync(home, { recursive: true, force: true });
});

/** Runs one command line against a server, as the real CLI would. */
const paved = (server: string, ...args: string[]): Promise<CliOutput> =>
  testCli({ server, token: readStoredToken(server), register, settingsDir: home })(...args);

function readStoredToken(server: string): string | undefined {
  try {
    return (JSON.parse(readFileSync(path.join(home, 'credentials.json'), 'utf8')) as { servers: Record<string, { token: string }> })
      .servers[server]?.token;
  } catch {
    return undefined;
  }
}

/** Git's own view: what a clone from this server would send. */
function gitAsks(url: string): string {
  const { protocol, host } = new URL(url);
  return execFileSync('git', ['credential', 'fill'], {
    input: `protocol=${protocol.replace(':', '')}\nhost=${host}\n\n`,
    stdio: ['pipe', 'pipe', 'pipe'],
  }).toString();
}

async function started(): Promise<{ platform: TestPlatform; mira: Record<string, string> }> {
  const platform = await accessPlatform([auditCapability], { listen: true });
  return { platform, mira: await join(platform, await administrator(platform), 'mira') };
}

it('signs in through the browser, lets Git in, and signs out again', async () => {
  const { platform, mira } = await started();
  await using _ = platform;
  const server = platform.baseUrl();
  const told = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const login = paved(server, 'login', '--no-browser');
  const code = await vi.waitFor(() => {
    const text = told.mock.calls.map(([chunk]) => chunk.toString()).join('');
    return /code=([A-Z2-9-]+)/.exec(text)?.[1] ?? Promise.reject(new Error('no code yet'));
  });
  await platform.request('GET', `/api/access/device/${code}`, { headers: mira });
  expect((await platform.request('POST', '/api/access/device/approve', { headers: mira, body: { userCode: code } })).status).toBe(204);
  const { said } = await login;
  told.mockRestore();
  expect(said).toEqual([`Signed in to ${server} as Mira Vogel (developer).`, 'Git uses this sign-in for repositories of this server.']);
  expect(statSync(path.join(home, 'credentials.json')).mode & 0o777).toBe(0o600);

  expect((await paved(server, 'whoami')).shown).toMatchObject([{ ref: 'user:default/mira', role: 'developer' }]);
  expect(gitAsks(server)).toContain(`username=paved\npassword=${readStoredToken(server)}\n`);
  expect(readFileSync(path.join(home, 'gitconfig'), 'utf8')).not.toContain(readStoredToken(server));

  const token = readStoredToken(server) ?? '';
  expect((await paved(server, 'logout')).said).toEqual([`Signed out of ${server}.`]);
  expect(readStoredToken(server)).toBeUndefined();
  expect(() => gitAsks(server)).toThrow();
  await expect(createApiClient({ server, token }).call(getSession)).rejects.toThrow('unknown, has expired or was revoked');
});

it('makes, lists and revokes tokens, and signs in with one', async () => {
  const { platform, mira } = await started();
  await using _ = platform;
  const server = platform.baseUrl();
  const first = (await platform.request('POST', '/api/access/tokens', { headers: mira, body: { name: 'first' } })).json;
  vi.spyOn(process, 'stdin', 'get').mockReturnValue(Readable.from([`${first.token}\n`]) as unknown as typeof process.stdin);
  await paved(server, 'login', '--with-token', '--no-git');
  const [made] = (await paved(server, 'token', 'create', '--name', 'ci', '--expires', '90d')).shown as [{ id: string; token: string }];
  expect(made.token).toMatch(/^pvd_/);
  expect((await paved(server, 'token', 'list')).shown).toMatchObject([{ name: 'ci', expiresAt: expect.any(String) }, { name: 'first' }]);
  await paved(server, 'token', 'revoke', made.id);
  expect((await paved(server, 'token', 'list')).shown).toMatchObject([{ name: 'first' }]);
  expect((await paved(server, 'logout')).said[0]).toContain('stays valid');
  await expect(paved(server, 'token', 'create', '--local')).rejects.toThrow('administrators');
});
