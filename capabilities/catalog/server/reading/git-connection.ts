import path from 'node:path';
import { realpath } from 'node:fs/promises';
import type { AllowedHost, Reach } from '@paved/host';
import { PavedError } from '@paved/kernel';
import type { GitAddress } from '../../model/git-address.ts';
import { sshConnection, type SshSettings } from './ssh-connection.ts';

/** How git may reach a repository: settings and environment for this command alone. */
export interface GitConnection {
  readonly url: string;
  readonly config: readonly (readonly [string, string])[];
  readonly env: Readonly<Record<string, string>>;
  readonly uploadPack?: string;
  /** Call when git is done: what lay in memory for it goes. */
  readonly close?: () => void;
}

export interface ConnectionDeps {
  readonly reach: Reach;
  /** The platform's own data: never read through a path. */
  readonly platformData: string;
  /** With which key and host keys the hosts of the rules are spoken with over ssh. */
  readonly ssh?: ReadonlyMap<AllowedHost, SshSettings>;
}

/**
 * Checks an address and pins what git connects to, as for any other address that somebody else wrote down: redirects are not
 * followed, the checked addresses are used. `local`: whether repositories on the server's own disk may be read.
 */
export async function connect(deps: ConnectionDeps, address: GitAddress, local: boolean): Promise<GitConnection> {
  if (address.protocol === 'file') return onDisk(deps, address, local);
  const url = new URL(address.repository);
  return address.protocol === 'ssh' ? sshConnection(deps, url) : byHttp(deps, url);
}

async function onDisk({ platformData }: ConnectionDeps, address: GitAddress, local: boolean): Promise<GitConnection> {
  if (!local)
    throw new PavedError('forbidden', 'Repositories on the server’s disk are read only as sources that an administrator added.', {
      fix: 'Use the https address of the repository.',
    });
  const folder = decodeURIComponent(new URL(address.repository).pathname);
  const real = await realpath(folder).catch(() => undefined);
  if (real === undefined) throw new PavedError('not_found', `There is no repository at ${folder}.`, { fix: 'Correct the path.' });
  const forbidden = await realpath(platformData);
  if (real === forbidden || real.startsWith(forbidden + path.sep))
    throw new PavedError('forbidden', `${folder} lies in the platform’s own data.`, { fix: 'Use the address of the hosted repository.' });
  return {
    url: `file://${encodeURI(real)}`,
    config: [['protocol.file.allow', 'always']],
    env: {},
    // The other end runs here too and does not see our settings: it may leave out file contents, and read folders of other users.
    uploadPack:
      'git -c uploadpack.allowFilter=true -c uploadpack.allowAnySHA1InWant=true -c core.hooksPath=/dev/null -c safe.directory=* upload-pack',
  };
}

async function byHttp({ reach }: ConnectionDeps, url: URL): Promise<GitConnection> {
  const found = await reach.addresses(url);
  const list = found.map((a) => (a.family === 6 ? `[${a.address}]` : a.address)).join(',');
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const scheme = url.protocol.slice(0, -1);
  return {
    url: url.href,
    config: [
      [`protocol.${scheme}.allow`, 'always'],
      ['http.followRedirects', 'false'],
      ['http.curloptResolve', `${host}:${url.port || (scheme === 'https' ? '443' : '80')}:${list}`],
      ['http.lowSpeedLimit', '1000'],
      ['http.lowSpeedTime', '30'],
      ['http.userAgent', 'paved (git)'],
      ['credential.helper', ''],
    ],
    env: process.env['GIT_SSL_CAINFO'] === undefined ? {} : { GIT_SSL_CAINFO: process.env['GIT_SSL_CAINFO'] },
  };
}
