import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

const server = 'http://127.0.0.1:7420';
const main = fileURLToPath(new URL('main.ts', import.meta.url));
let settings: string;
beforeAll(() => {
  settings = mkdtempSync(path.join(os.tmpdir(), 'paved-settings-'));
  mkdirSync(path.join(settings, 'paved'));
  writeFileSync(path.join(settings, 'paved/credentials.json'), JSON.stringify({ servers: { [server]: { token: 'secret' } } }));
});
afterAll(() => rmSync(settings, { recursive: true, force: true }));

/** What Git does with its helper. */
const helper = (operation: string, host: string): { stdout: string; stderr: string } =>
  spawnSync(process.execPath, [main, 'git-credential', operation], {
    input: `protocol=http\nhost=${host}\n\n`,
    env: { ...process.env, XDG_CONFIG_HOME: settings },
    encoding: 'utf8',
  });

test('git gets the token of the server it asks about, and people hear when the server refused it', () => {
  expect(helper('get', '127.0.0.1:7420').stdout).toBe('username=paved\npassword=secret\n');
  expect(helper('get', 'other.example').stdout).toBe('');
  const erased = helper('erase', '127.0.0.1:7420');
  expect(erased.stdout).toBe('');
  expect(erased.stderr).toContain(`Sign in again with: paved login --server ${server}`);
  expect(helper('erase', 'other.example').stderr).not.toContain('Sign in');
});
