import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { PavedError } from '@paved/kernel';
import type { ConnectionDeps, GitConnection } from './git-connection.ts';

/** How a host is spoken with over ssh; what is absent is the server's own user's. */
export interface SshSettings {
  /** Text of a private key without a passphrase. */
  readonly key?: string | undefined;
  /** Lines of a known_hosts file. */
  readonly knownHosts?: string | undefined;
}

const isStandard = (url: URL): boolean => url.port === '' || url.port === '22';

/** Over ssh a key of the platform is shown, so only hosts that the platform team listed are asked, and their host key must be known. */
export async function sshConnection({ reach, ssh }: ConnectionDeps, url: URL): Promise<GitConnection> {
  // The rules speak of hosts and ports; port 22 stands for "no port", as 443 does.
  const asked = new URL(`https://${url.hostname}${isStandard(url) ? '' : `:${url.port}`}${url.pathname}`);
  const { listed, by } = reach.check(asked);
  if (!listed)
    throw new PavedError(
      'forbidden',
      `${url.hostname} is read over ssh only when the platform team allows it, because the server’s key is used.`,
      { fix: `Use https, or let the platform team add { host: ${asked.host} } to catalog.reading.allow.` },
    );
  const [first] = await reach.addresses(asked);
  const settings: SshSettings = Object.assign({}, ...by.map((entry) => ssh?.get(entry) ?? {}).toReversed()) as SshSettings;
  if (settings.key !== undefined && needsPassphrase(settings.key))
    throw new PavedError('invalid', `The ssh key for ${asked.host} has a passphrase, which nobody is there to type.`, {
      fix: `Set ssh.key of the entry of ${asked.host} in catalog.reading.allow to a private key without a passphrase.`,
    });
  const files = filesOf(settings);
  const options = {
    BatchMode: 'yes',
    StrictHostKeyChecking: 'yes',
    UpdateHostKeys: 'no',
    ConnectTimeout: '15',
    HostName: first?.address ?? '',
    HostKeyAlias: isStandard(url) ? url.hostname : `[${url.hostname}]:${url.port}`,
    ProxyCommand: 'none',
    ClearAllForwardings: 'yes',
    PermitLocalCommand: 'no',
    ...(files.key === undefined ? {} : { IdentityFile: files.key, IdentitiesOnly: 'yes', IdentityAgent: 'none' }),
    ...(files.knownHosts === undefined ? {} : { UserKnownHostsFile: files.knownHosts, GlobalKnownHostsFile: '/dev/null' }),
  };
  return {
    url: url.href,
    config: [['protocol.ssh.allow', 'always']],
    env: {
      GIT_SSH_COMMAND: `ssh -F /dev/null ${Object.entries(options)
        .map(([key, value]) => `-o '${key}=${value.replaceAll("'", '')}'`)
        .join(' ')}`,
      GIT_SSH_VARIANT: 'ssh',
      ...(process.env['SSH_AUTH_SOCK'] === undefined ? {} : { SSH_AUTH_SOCK: process.env['SSH_AUTH_SOCK'] }),
    },
    close: files.remove,
  };
}

/** OpenSSH's format names its cipher first, PEM says it in words. With such a key ssh goes on silently without one. */
function needsPassphrase(key: string): boolean {
  const [, body] = /-----BEGIN OPENSSH PRIVATE KEY-----([^-]*)-----/.exec(key) ?? [];
  if (body === undefined) return key.includes('ENCRYPTED');
  const bytes = Buffer.from(body, 'base64');
  const start = 'openssh-key-v1\0'.length;
  return bytes.length > start + 4 && bytes.subarray(start + 4, start + 4 + bytes.readUInt32BE(start)).toString('latin1') !== 'none';
}

/** ssh reads files: while it runs they lie in memory, in a folder that only this user enters. */
function filesOf(settings: SshSettings): { key?: string; knownHosts?: string; remove(): void } {
  if (settings.key === undefined && settings.knownHosts === undefined) return { remove() {} };
  const folder = mkdtempSync(path.join(existsSync('/dev/shm') ? '/dev/shm' : os.tmpdir(), 'paved-ssh-'));
  const put = (name: string, text: string): string => {
    const file = path.join(folder, name);
    // ssh takes neither a key without a last line end nor one with carriage returns.
    writeFileSync(file, `${text.replaceAll('\r', '').trim()}\n`, { mode: 0o600 });
    return file;
  };
  return {
    ...(settings.key === undefined ? {} : { key: put('key', settings.key) }),
    ...(settings.knownHosts === undefined ? {} : { knownHosts: put('known_hosts', settings.knownHosts) }),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
