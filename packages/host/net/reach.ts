import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { PavedError } from '@paved/kernel';
import { addressClass } from './address-class.ts';

/** A host that may be read, also when it stands inside the network. */
export interface AllowedHost {
  /** `git.acme.example`, with a port when it is not 80 or 443 (`git.acme.example:8443`), or `*.acme.example`. */
  readonly host: string;
  /** Only addresses below these; absent means all. `/a` stands for `/a` and everything below it. */
  readonly paths?: readonly string[];
}

export interface ReachRules {
  readonly allow: readonly AllowedHost[];
  /** Whether hosts of the open internet that the list does not name may be read, on ports 80 and 443. */
  readonly unlisted: boolean;
  /** The setting that `allow` comes from, named in the fix. */
  readonly setting: string;
}

export interface Address {
  readonly address: string;
  readonly family: 4 | 6;
}

/** All addresses of a host. */
export type Resolve = (host: string) => Promise<readonly Address[]>;

/** Decides what may be reached: names by the rules, addresses by what they are for. */
export interface Reach {
  /** Whether an address is named by the rules, and by which. Throws `forbidden` with the way out when it must not be read. */
  check(url: URL): { listed: boolean; by: readonly AllowedHost[] };
  /**
   * The addresses of the host of a checked URL. Whoever connects must connect to one of these and to nothing else: asking the
   * name again could answer something else. Throws `forbidden` when one of them must not be reached, `unavailable` for an unknown name.
   */
  addresses(url: URL): Promise<readonly Address[]>;
}

const systemResolve: Resolve = async (host) =>
  (await lookup(host, { all: true })).map(({ address, family }) => ({ address, family: family === 6 ? 6 : 4 }));

/** Link-local and metadata addresses are refused even for listed hosts, unless the list names the address itself. */
export function createReach(rules: ReachRules, resolve: Resolve = systemResolve): Reach {
  const entriesOf = (url: URL): AllowedHost[] => rules.allow.filter((entry) => namesHost(entry.host, url));
  const check: Reach['check'] = (url) => {
    const entries = entriesOf(url);
    const by = entries.filter((entry) => namesPath(entry, url.pathname));
    if (by.length > 0) return { listed: true, by };
    const fix = `Let the platform team add { host: ${url.host} } to ${rules.setting}.`;
    if (entries.length > 0) throw new PavedError('forbidden', `${url.host} may be read, but not at ${url.pathname}.`, { fix });
    if (!rules.unlisted) throw new PavedError('forbidden', `${url.host} is not among the hosts that may be read.`, { fix });
    if (url.port !== '') throw new PavedError('forbidden', `Port ${url.port} of ${url.hostname} may not be read.`, { fix });
    return { listed: false, by: [] };
  };
  return {
    check,
    async addresses(url) {
      const { listed } = check(url);
      const host = url.hostname.replace(/^\[|\]$/g, '');
      const family = isIP(host);
      const found = family === 0 ? await resolved(resolve, host) : [{ address: host, family: family === 6 ? (6 as const) : (4 as const) }];
      for (const { address } of found) {
        const kind = addressClass(address);
        if (kind === 'public') continue;
        const inside = kind === 'private' || kind === 'loopback';
        if (listed && (inside || family !== 0)) continue;
        throw new PavedError('forbidden', `${url.host} ${family === 0 ? `leads to ${address}, which ` : ''}${refusals[kind]}.`, {
          fix: inside
            ? `Let the platform team add { host: ${url.host} } to ${rules.setting}, when Paved should read there.`
            : `Such addresses are read only when ${rules.setting} names the address itself.`,
        });
      }
      return found;
    },
  };
}

const refusals = {
  private: 'is inside this network',
  loopback: 'is the server itself',
  'link-local': 'is a link-local address',
  metadata: 'is where clouds hand out credentials',
  reserved: 'is no address that a server is reached at',
} as const;

async function resolved(resolve: Resolve, host: string): Promise<readonly Address[]> {
  const found = await resolve(host).catch((cause: unknown) => {
    throw new PavedError('unavailable', `The host ${host} is not known.`, { fix: 'Check the address.', cause });
  });
  if (found.length === 0) throw new PavedError('unavailable', `The host ${host} has no address.`, { fix: 'Check the address.' });
  return found;
}

function namesHost(pattern: string, url: URL): boolean {
  const [, name = pattern, port = ''] = /^(.*?)(?::(\d+))?$/.exec(pattern.toLowerCase()) ?? [];
  const standard = url.port === '';
  const portFits = port === '' ? standard : port === url.port || (standard && port === (url.protocol === 'https:' ? '443' : '80'));
  if (!portFits) return false;
  const host = url.hostname.toLowerCase().replace(/\.$/, '');
  return name.startsWith('*.') ? host.endsWith(name.slice(1)) && host.length > name.length - 1 : host === name;
}

const namesPath = ({ paths }: AllowedHost, pathname: string): boolean =>
  paths === undefined ||
  paths.some((path) => pathname === path || pathname.startsWith(path.endsWith('/') ? path : `${path}/`)); // prettier-ignore
