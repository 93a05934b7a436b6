import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createGit, createReach, type AllowedHost } from '@paved/host';
import { parseGitAddress } from '../../model/git-address.ts';
import { createGitFiles } from './git-files.ts';
import { repository } from './servers.test-kit.ts';
import type { SshSettings } from './ssh-connection.ts';
import { noSshd, serveSsh, sshKey, type SshServer } from './sshd.test-kit.ts';

const memory = existsSync('/dev/shm') ? '/dev/shm' : os.tmpdir();
const folders: string[] = [];
const temporary = (): string => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'paved-ssh-test-'));
  folders.push(folder);
  return folder;
};
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

const reader = (host: string, settings: SshSettings) => {
  const entry: AllowedHost = { host };
  return createGitFiles({
    git: createGit({ home: temporary() }),
    reach: createReach({ allow: [entry], unlisted: true, setting: 'catalog.reading.allow' }),
    platformData: temporary(),
    ssh: new Map([[entry, settings]]),
    folder: temporary(),
    maxFileBytes: 1_000_000,
    maxRepositoryBytes: 100 * 1024 ** 2,
    timeoutMs: 60_000,
  });
};
const read = (files: ReturnType<typeof reader>, target: string) => {
  const address = parseGitAddress(target);
  if (address === undefined) throw new Error(target);
  return files.read(address, undefined, { local: false });
};
const shop = (root: string) => {
  const made = repository(root, 'shop.git');
  made.commit({ 'catalog-info.yaml': 'a: 1\n', 'services/x/catalog-info.yaml': 'a: 2\n' });
  return made;
};
const addressOf = (server: SshServer, root: string, file = ''): string => `ssh://${server.user}@${server.host}${root}/shop.git${file}`;
const refusal = (code: string, message: RegExp, fix: RegExp) => ({
  code,
  message: expect.stringMatching(message),
  fix: expect.stringMatching(fix),
});

describe.skipIf(noSshd !== undefined)(`sources over ssh${noSshd === undefined ? '' : ` (${noSshd})`}`, () => {
  it('are read with the configured key from a host whose key is known; nothing of the key is left', async () => {
    const root = temporary();
    const made = shop(root);
    await using server = await serveSsh();
    const before = new Set(readdirSync(memory));
    const files = reader(server.host, { key: server.key.trim(), knownHosts: server.knownHosts });
    const found = await read(files, addressOf(server, root));
    expect(found.files.map(({ target, text }) => [target, text])).toEqual([[`${addressOf(server, root)}/catalog-info.yaml`, 'a: 1\n']]);
    const first = found.revision;
    const second = made.commit({ 'services/y/catalog-info.yaml': 'a: 3\n' });
    const more = await read(files, addressOf(server, root, '/services/*/catalog-info.yaml?ref=main'));
    expect([more.revision, more.files.map(({ text }) => text)]).toEqual([second, ['a: 2\n', 'a: 3\n']]);
    await expect(read(reader(server.host, server), addressOf(server, root, `?ref=${first}`))).rejects.toMatchObject(
      refusal('unsupported', /gives only the newest commits of branches and tags over ssh/, /Name a branch or tag/),
    );
    await expect(read(files, addressOf(server, root, '/none.yaml'))).rejects.toMatchObject({ code: 'not_found' });
    await expect(read(files, addressOf(server, `${root}/nowhere`))).rejects.toMatchObject(
      refusal('not_found', /cannot be read: .*does not appear to be a git repository/, /Check the address/),
    );
    expect(readdirSync(memory).filter((name) => name.startsWith('paved-ssh-') && !before.has(name))).toEqual([]);
  }, 120_000);

  it('are refused in clear words', async () => {
    const root = temporary();
    shop(root);
    await using server = await serveSsh();
    const { key, knownHosts } = server;
    const keys = temporary();
    const target = addressOf(server, root);
    const failing = (settings: SshSettings) => expect(read(reader(server.host, settings), target)).rejects;
    await failing({ key, knownHosts: knownHosts.replace('127.0.0.1', '127.0.0.9') }).toMatchObject(
      refusal(
        'forbidden',
        /The host key of 127\.0\.0\.1:\d+ is not known, so it is not asked\./,
        /"ssh-keyscan -p \d+ 127\.0\.0\.1".*ssh\.knownHosts/,
      ),
    );
    await failing({ key: sshKey(keys, 'other').secret, knownHosts }).toMatchObject(
      refusal('forbidden', /does not take the ssh key that Paved shows for /, /public half.*ssh\.key/),
    );
    await failing({ key: sshKey(keys, 'locked', 'a passphrase').secret, knownHosts }).toMatchObject(
      refusal('invalid', /has a passphrase/, /without a passphrase/),
    );
    await failing({ key: key.replace(/(.{20}\n)(-----END)/, '$2'), knownHosts }).toMatchObject(
      refusal('invalid', /is no private key that ssh understands/, /whole text of a private key/),
    );
    server.changeHostKey();
    await failing({ key, knownHosts }).toMatchObject(
      refusal('forbidden', /shows another host key than the known one \(SHA256:.{43}\)\./, /Ask whoever runs it/),
    );
  }, 120_000);

  it('say so when the server has no ssh program', async () => {
    const root = temporary();
    await using server = await serveSsh();
    const bin = temporary();
    for (const name of ['git', 'sh'])
      execFileSync('ln', ['-s', execFileSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).trim(), bin]);
    const before = process.env['PATH'];
    process.env['PATH'] = bin;
    try {
      await expect(read(reader(server.host, {}), addressOf(server, root))).rejects.toMatchObject(
        refusal('unavailable', /the program ssh is not installed/, /Install openssh-client/),
      );
    } finally {
      process.env['PATH'] = before;
    }
  }, 60_000);
});
