/**
 * What an IP address is for. `metadata` are the addresses at which clouds hand out credentials to whoever asks from inside;
 * `reserved` is everything that no server is reached at (unspecified, multicast, documentation, future use).
 */
export type AddressClass = 'public' | 'private' | 'loopback' | 'link-local' | 'metadata' | 'reserved';

/** AWS, Azure, Google, OpenStack; Alibaba; Azure's host; Oracle; AWS over IPv6. */
const metadata = new Set(['169.254.169.254', '169.254.170.2', '100.100.100.200', '168.63.129.16', '192.0.0.192']);
const METADATA_V6 = 'fd00:ec2:0:0:0:0:0:254';

/** The class of an IP address in text form (IPv4, or IPv6 in any notation); what is no address counts as reserved. */
export function addressClass(address: string): AddressClass {
  const v4 = /^(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(address);
  if (v4 !== null) return classOfV4(v4.slice(1).map(Number));
  const groups = expandV6(address);
  if (groups === undefined) return 'reserved';
  const [first = 0, second = 0] = groups;
  if (groups.every((g, i) => g === (i === 7 ? 1 : 0))) return 'loopback';
  // IPv4 inside IPv6: mapped, compatible, translated (NAT64), 6to4. What they lead to counts.
  const low = bytes(groups[6] ?? 0, groups[7] ?? 0);
  const zeros = (to: number): boolean => groups.slice(0, to).every((g) => g === 0);
  if (zeros(6) || (zeros(5) && groups[5] === 0xffff) || (zeros(4) && groups[4] === 0xffff && groups[5] === 0)) return classOfV4(low);
  if (first === 0x64 && second === 0xff9b) return classOfV4(low);
  if (first === 0x2002) return classOfV4(bytes(second, groups[2] ?? 0));
  if (groups.map((g) => g.toString(16)).join(':') === METADATA_V6) return 'metadata';
  if ((first & 0xffc0) === 0xfe80) return 'link-local';
  if ((first & 0xfe00) === 0xfc00) return 'private';
  if (first === 0x2001 && (second === 0xdb8 || second < 0x200)) return 'reserved';
  return first >= 0x2000 && first < 0x4000 ? 'public' : 'reserved';
}

/** Whether an IP address belongs to the open internet. */
export const isPublicAddress = (address: string): boolean => addressClass(address) === 'public';

const bytes = (high: number, low: number): number[] => [high >> 8, high & 255, low >> 8, low & 255];

function classOfV4(octets: readonly number[]): AddressClass {
  const [a = 0, b = 0, c = 0] = octets;
  if (octets.some((octet) => octet > 255)) return 'reserved';
  if (metadata.has(octets.join('.'))) return 'metadata';
  if (a === 127) return 'loopback';
  if (a === 10 || (a === 172 && b >= 16 && b < 32) || (a === 192 && b === 168) || (a === 100 && b >= 64 && b < 128)) return 'private';
  if (a === 169 && b === 254) return 'link-local';
  if (a === 0 || a >= 224) return 'reserved';
  if (a === 192 && b === 0 && (c === 0 || c === 2)) return 'reserved';
  if (a === 198 && (b === 18 || b === 19 || (b === 51 && c === 100))) return 'reserved';
  return a === 203 && b === 0 && c === 113 ? 'reserved' : 'public';
}

function expandV6(address: string): number[] | undefined {
  const text = address
    .toLowerCase()
    .replace(/%.*$/, '')
    .replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, a, b, c, d) => {
      const hex = (high: string, low: string): string => (Number(high) * 256 + Number(low)).toString(16);
      return `${hex(a, b)}:${hex(c, d)}`;
    });
  const [head = '', tail, more] = text.split('::');
  if (more !== undefined) return undefined;
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const missing = 8 - left.length - right.length;
  if (tail === undefined ? missing !== 0 : missing < 0) return undefined;
  const groups = [...left, ...Array.from({ length: tail === undefined ? 0 : missing }, () => '0'), ...right];
  return groups.every((g) => /^[0-9a-f]{1,4}$/.test(g)) ? groups.map((g) => Number.parseInt(g, 16)) : undefined;
}
