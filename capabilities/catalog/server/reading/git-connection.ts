import path from 'node:path';
import { realpath } from 'node:fs/promises';
import type { Reach } from '@paved/host';
import { PavedError } from '@paved/kernel';
import type { GitAddress } from '../../model/git-address.ts';

/** How git may reach a repository: settings and environment for this command alone. */
export interface GitConnection {
  readonly url: string;
  readonly config: readonly (readonly [string, string])[];
  readonly env: Readonly<Record<string, string>>;
  readonly uploadPack?: string;
}

export interface ConnectionDeps {
  readonly reach: Reach;
  /** The platform's own data: never read through a path. */
  readonly platformData: string;
}

/**
 * Checks an address and pins what git connects to, as for any other address that somebody else wrote down: redirects are not
 * followed, the checked addresses are used. `local`: whether repositories on the server's own disk may be read.
 */
export async function connect(deps: ConnectionDeps, address: GitAddress, local: boolean): Promise<GitConnection> {
  if (address.protocol === 'file') return onDisk(deps, address, local);
  const url = new URL(address.repository);
  return address.protocol === 'ssh' ? bySsh(deps, url) : byHttp(deps, url);
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

/** Over ssh the server shows its own key, so only hosts that the platform team listed are asked. */
async function bySsh({ reach }: ConnectionDeps, url: URL): Promise<GitConnection> {
  // The rules speak of hosts and ports; port 22 stands for "no port", as 443 does.
  const asked = new URL(`https://${url.hostname}${url.port === '' || url.port === '22' ? '' : `:${url.port}`}${url.pathname}`);
  const { listed } = reach.check(asked);
  if (!listed)
    throw new PavedError(
      'forbidden',
      `${url.hostname} is read over ssh only when the platform team allows it, because the server’s key is used.`,
      {
        fix: `Use https, or let the platform team add { host: ${asked.host} } to catalog.reading.allow.`,
      },
    );
  const [first] = await reach.addresses(asked);
  const alias = url.port === '' || url.port === '22' ? url.hostname : `[${url.hostname}]:${url.port}`;
  const options = {
    BatchMode: 'yes',
    StrictHostKeyChecking: 'yes',
    ConnectTimeout: '15',
    HostName: first?.address ?? '',
    HostKeyAlias: alias,
    ProxyCommand: 'none',
    ClearAllForwardings: 'yes',
    PermitLocalCommand: 'no',
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
  };
}
