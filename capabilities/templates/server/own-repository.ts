import { PavedError } from '@paved/kernel';
import { OWN_HOST, parseRepoUrl } from '../model/repo-url.ts';

const loopback = ['localhost', '127.0.0.1', '[::1]'];

/** Whether a host (`name` or `name:port`) is this platform. Loopback counts whatever its port: that changes between starts. */
function isOwn(host: string, baseUrl: string): boolean {
  const name = host.replace(/:\d+$/, '');
  return host === OWN_HOST || loopback.includes(name) || host === new URL(baseUrl).host;
}

/** The slug of a repository URL for the platform's own Git hosting. Throws with a sentence for another host. */
export function ownSlug(repoUrl: string, baseUrl: string): string {
  const { host, owner, repo } = parseRepoUrl(repoUrl);
  if (!isOwn(host, baseUrl)) {
    throw new PavedError('unsupported', `Repositories on ${host} cannot be created from here.`, {
      fix: `Use the platform's own hosting: ${OWN_HOST}?owner=<project>&repo=<name>.`,
    });
  }
  if (owner === undefined)
    throw new PavedError('invalid', `The repository URL "${repoUrl}" names no owner.`, {
      fix: `Write it as ${OWN_HOST}?owner=<project>&repo=${repo}.`,
    });
  return `${owner}/${repo}`.toLowerCase();
}

/**
 * The repository and the file below it that an address names: `paved://repositories/<project>/<name>[/<path>]`, or
 * `<baseUrl>/git/<project>/<name>.git[/<path>]`.
 */
export function slugOfTarget(target: string, baseUrl: string): { slug: string; path: string } | undefined {
  if (!URL.canParse(target)) return undefined;
  const url = new URL(target);
  const pattern =
    url.protocol === 'paved:' ? /^\/([^/]+\/[^/]+)(?:\/(.*))?$/ : /^\/git\/([^/]+\/[^/]+?)\.git(?:\/(?:(?:blob|tree|raw)\/[^/]+\/)?(.*))?$/;
  const found = pattern.exec(url.pathname);
  if (found?.[1] === undefined || (url.protocol === 'paved:' ? url.host !== 'repositories' : !isOwn(url.host, baseUrl))) return undefined;
  return { slug: found[1].toLowerCase(), path: decodeURIComponent(found[2] ?? '') };
}
