import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { wayOut } from './way-out.ts';

test('proxies and the registry of the server’s user are passed on, passwords are not', () => {
  const home = mkdtempSync(path.join(os.tmpdir(), 'paved-home-'));
  try {
    expect(wayOut({}, home)).toEqual({});
    writeFileSync(path.join(home, '.npmrc'), '//npm.example/:_authToken=secret\nregistry = https://npm.example/\n');
    expect(wayOut({ HTTPS_PROXY: 'http://proxy:3128', no_proxy: 'localhost,.example', PATH: '/bin' }, home)).toEqual({
      HTTPS_PROXY: 'http://proxy:3128',
      no_proxy: 'localhost,.example',
      npm_config_registry: 'https://npm.example/',
    });
    expect(wayOut({ http_proxy: 'http://me:pw@proxy:3128', npm_config_registry: 'https://token@npm.example/' }, home)).toEqual({});
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
});
