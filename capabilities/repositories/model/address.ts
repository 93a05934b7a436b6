import { isRevision } from './names.ts';
import { isSlug } from './slug.ts';

/** What an address of a hosted repository says. `path` may hold a glob; `''` stands for the default. */
export interface Address {
  readonly slug: string;
  readonly path: string;
  readonly revision?: string;
}

const loopback = /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/;

/**
 * Understands every way a hosted repository is written:
 * `paved://repositories/<slug>[/<path>][?ref=<branch>]`, `<baseUrl>/git/<slug>.git[/<path>]`, and the portal's
 * `<baseUrl>/repositories/<slug>[/(blob|tree|raw)/<branch>/<path>]`. URLs of this machine count whatever their port: it may have changed.
 */
export function parseAddress(target: string, baseUrl: string): Address | undefined {
  const match = /^([a-z]+:\/\/[^/?#]+)\/([^?#]*)(?:\?ref=([^&#]+))?$/i.exec(target);
  if (match === null) return undefined;
  const [, origin = '', rest = '', ref] = match;
  if (rest.split('/').some((p) => p === '..' || p === '.')) return undefined;
  const revision = ref === undefined ? undefined : safeDecode(ref);
  if (revision !== undefined && !isRevision(revision)) return undefined;
  const isOurs = origin === baseUrl || loopback.test(origin);
  if (origin === 'paved://repositories') return address(rest, revision);
  const below = isOurs ? /^(?:git|repositories)\/(.+)$/.exec(rest)?.[1] : undefined;
  if (below === undefined) return undefined;
  const browse = /^([^/]+\/[^/]+)\/(?:blob|tree|raw)\/([^/]+)\/?(.*)$/.exec(below);
  if (browse === null) return address(below, revision);
  const branch = safeDecode(browse[2] ?? '');
  return branch === undefined || !isRevision(branch) ? undefined : address(`${browse[1]}/${browse[3]}`, branch);
}

function address(rest: string, revision: string | undefined): Address | undefined {
  const [project = '', name = '', ...path] = rest.split('/');
  const slug = `${project}/${name.replace(/\.git$/, '')}`.toLowerCase();
  const inside = safeDecode(path.join('/').replace(/\/+$/, ''));
  if (!isSlug(slug) || inside === undefined || inside.split('/').includes('..')) return undefined;
  return { slug, path: inside, ...(revision === undefined ? {} : { revision }) };
}

function safeDecode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
