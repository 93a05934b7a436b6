import type { Entry } from 'ldapts';
import type { LdapSettings } from './settings.ts';

/** An entry whose attributes are found by any case of their name. */
export interface Attributes {
  readonly dn: string;
  first(name: string | null | undefined): string | undefined;
  all(name: string | null | undefined): string[];
  /** Names such as `member;range=0-1499`. */
  ranged(name: string): { readonly name: string; readonly next: number | undefined; readonly values: string[] } | undefined;
}

export function attributesOf(entry: Entry): Attributes {
  const byName = new Map(Object.entries(entry).map(([name, value]) => [name.toLowerCase(), value]));
  const all = (name: string | null | undefined): string[] =>
    [byName.get(name?.toLowerCase() ?? '') ?? []].flat().map((value) => (typeof value === 'string' ? value : guid(value)));
  return {
    dn: entry.dn,
    all,
    first: (name) => all(name).find((value) => value !== ''),
    ranged(name) {
      for (const key of byName.keys()) {
        const match = /^(.+);range=\d+-(\d+|\*)$/.exec(key);
        if (match?.[1] === name.toLowerCase()) return { name, next: match[2] === '*' ? undefined : Number(match[2]) + 1, values: all(key) };
      }
      return undefined;
    },
  };
}

/** Active Directory keeps its GUIDs as bytes, the first three parts the wrong way round. */
function guid(bytes: Buffer): string {
  if (bytes.length !== 16) return bytes.toString('utf8');
  const hex = (from: number, to: number, reverse: boolean): string => {
    const part = bytes.subarray(from, to);
    return Buffer.from(reverse ? part.toReversed() : part).toString('hex');
  };
  return [hex(0, 4, true), hex(4, 6, true), hex(6, 8, true), hex(8, 10, false), hex(10, 16, false)].join('-');
}

/** What a directory calls an entry's own name and number. */
export interface Vendor {
  readonly dn: string;
  readonly uuid: string;
  readonly caseSensitive: boolean;
}

/** Told apart by what its entries carry; settings win. */
export function vendorOf(entries: readonly Attributes[], settings: LdapSettings['vendor']): Vendor {
  const [sample] = entries;
  const found =
    sample?.first('objectGUID') !== undefined
      ? { dn: 'distinguishedName', uuid: 'objectGUID' }
      : sample?.first('ipaUniqueID') !== undefined
        ? { dn: 'dn', uuid: 'ipaUniqueID' }
        : { dn: 'entryDN', uuid: 'entryUUID' };
  return {
    dn: settings?.dnAttributeName ?? found.dn,
    uuid: settings?.uuidAttributeName ?? found.uuid,
    caseSensitive: settings?.dnCaseSensitive ?? false,
  };
}

/** A distinguished name that equals every other writing of itself: case and spaces around its parts do not count. */
export function sameDn(dn: string, vendor: Vendor): string {
  const plain = dn.replace(/\s*(?<!\\)([,=+])\s*/g, '$1').trim();
  return vendor.caseSensitive ? plain : plain.toLowerCase();
}

export const looksLikeDn = (value: string): boolean => /^[^=,]+=/.test(value);
