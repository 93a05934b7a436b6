import { lookup } from 'node:dns/promises';
import { readdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { isPublicAddress } from '@paved/host';
import { isPavedError, messageOf, PavedError } from '@paved/kernel';
import { isBranchName } from '../../model/names.ts';
import type { Git } from './git.ts';

/** Where to copy from, ready for git: what it is called in records, and the settings that make reading it safe. */
export interface ImportSource {
  /** Without credentials. */
  readonly label: string;
  readonly target: string;
  readonly config: readonly (readonly [string, string])[];
}

const TIMEOUT_MS = 10 * 60_000;
const LOOK_EVERY_MS = 500;

/** Checks a local path or a URL. Throws `invalid` with the reason and a way out. */
export async function checkSource(source: string, forbiddenFolder: string, resolve: typeof lookup = lookup): Promise<ImportSource> {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(source) && !source.startsWith('file://')) return checkUrl(source, resolve);
  return checkPath(source.startsWith('file://') ? decodeURIComponent(new URL(source).pathname) : source, forbiddenFolder);
}

async function checkPath(source: string, forbiddenFolder: string): Promise<ImportSource> {
  if (!path.isAbsolute(source))
    throw new PavedError('invalid', `"${source}" is neither an absolute path nor an https URL.`, {
      fix: 'Give the full path of a repository on the server, or its https URL.',
    });
  const target = await realpath(source).catch(() => undefined);
  const exists = async (file: string): Promise<boolean> =>
    target !== undefined &&
    (await stat(path.join(target, file)).then(
      () => true,
      () => false,
    ));
  if (target === undefined || !((await exists('.git')) || ((await exists('HEAD')) && (await exists('objects'))))) {
    throw new PavedError('invalid', `There is no Git repository at ${source}.`, {
      fix: 'Give the folder that holds .git, or a bare repository.',
    });
  }
  const forbidden = await realpath(forbiddenFolder);
  if (target === forbidden || target.startsWith(forbidden + path.sep))
    throw new PavedError('invalid', `${source} lies in the platform's own data.`, {
      fix: 'Clone the hosted repository over HTTP instead.',
    });
  return { label: target, target, config: [['protocol.file.allow', 'always']] };
}

/** Only https to public addresses; the address that was checked is the one that is used, and redirects are not followed. */
async function checkUrl(source: string, resolve: typeof lookup): Promise<ImportSource> {
  const url = URL.canParse(source) ? new URL(source) : undefined;
  if (url === undefined || url.protocol !== 'https:')
    throw new PavedError('invalid', `"${source.replace(/\/\/[^@/]*@/, '//')}" is not an https URL.`, {
      fix: 'Use the https address of the repository.',
    });
  const credentials = url.username === '' ? undefined : `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  url.username = '';
  url.password = '';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const addresses = await resolve(host, { all: true }).catch((cause: unknown) => {
    throw new PavedError('invalid', `The host ${host} is not known.`, { fix: 'Check the address.', cause });
  });
  if (addresses.length === 0 || !addresses.every((a) => isPublicAddress(a.address))) {
    throw new PavedError('invalid', `The host ${host} is inside this network; URLs are only read from the internet.`, {
      fix: 'Clone it yourself and push it, or import it from a path on the server.',
    });
  }
  const list = addresses.map((a) => (a.family === 6 ? `[${a.address}]` : a.address)).join(',');
  return {
    label: url.href,
    target: url.href,
    config: [
      ['protocol.https.allow', 'always'],
      ['http.followRedirects', 'false'],
      ['http.curloptResolve', `${host}:${url.port || '443'}:${list}`],
      ['http.lowSpeedLimit', '1000'],
      ['http.lowSpeedTime', '30'],
      // A setting, not part of the address: command lines can be read by others on the machine.
      ...(credentials === undefined
        ? []
        : [[`http.${url.origin}/.extraHeader`, `Authorization: Basic ${Buffer.from(credentials).toString('base64')}`] as const]),
    ],
  };
}

/** Copies all branches and tags into an empty repository; gives the name of the source's default branch. */
export async function copyFrom(
  git: Git,
  source: ImportSource,
  repository: string,
  options: { maxBytes: number; identity: Readonly<Record<string, string>> },
): Promise<{ defaultBranch: string }> {
  const stop = new AbortController();
  let tooLarge = false;
  const watch = setInterval(() => {
    void packBytes(repository).then((size) => {
      if (size <= options.maxBytes) return;
      tooLarge = true;
      stop.abort();
    });
  }, LOOK_EVERY_MS);
  try {
    const { text } = await git(['ls-remote', '--symref', source.target, 'HEAD'], { repository, config: source.config, timeoutMs: 60_000 });
    await git(
      [
        'fetch',
        '--quiet',
        '--no-write-fetch-head',
        '--no-auto-maintenance',
        '--no-recurse-submodules',
        '--no-tags',
        source.target,
        '+refs/heads/*:refs/heads/*',
        '+refs/tags/*:refs/tags/*',
      ],
      {
        repository,
        config: source.config,
        env: options.identity,
        timeoutMs: TIMEOUT_MS,
        signal: stop.signal,
      },
    );
    const named = /^ref: refs\/heads\/(\S+)\tHEAD$/m.exec(text)?.[1];
    return { defaultBranch: named !== undefined && isBranchName(named) ? named : 'main' };
  } catch (error) {
    if (tooLarge)
      throw new PavedError('too_large', `The repository ${source.label} is larger than ${Math.round(options.maxBytes / 1024 ** 2)} MiB.`, {
        fix: 'Raise repositories.pushLimitMb, or import a smaller history.',
      });
    if (isPavedError(error, 'internal'))
      throw new PavedError('invalid', `The repository ${source.label} could not be copied: ${lastLine(messageOf(error.cause))}`, {
        fix: 'Check the address and that it may be read.',
        cause: error,
      });
    throw error;
  } finally {
    clearInterval(watch);
  }
}

const lastLine = (stderr: string): string => {
  const line =
    stderr
      .split('\n')
      .filter((l) => l.trim() !== '')
      .findLast((l) => /^(fatal|error|remote):/.test(l)) ?? 'no reason given';
  return line.replace(/^(fatal|error|remote): */, '').replace(/\.?$/, '.');
};

async function packBytes(repository: string): Promise<number> {
  const folder = path.join(repository, 'objects', 'pack');
  const names = await readdir(folder).catch(() => []);
  const sizes = await Promise.all(
    names.map((name) =>
      stat(path.join(folder, name)).then(
        (s) => s.size,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
