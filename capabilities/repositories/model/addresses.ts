/** Whether an IP address (text form) belongs to the open internet: not loopback, private, link-local, shared, reserved or multicast. */
export function isPublicAddress(address: string): boolean {
  const v4 = /^(?:::ffff:)?(\d+)\.(\d+)\.(\d+)\.(\d+)$/i.exec(address);
  if (v4 !== null) return isPublicV4(v4.slice(1).map(Number));
  const groups = expandV6(address);
  if (groups === undefined) return false;
  const [first = 0, second = 0] = groups;
  // IPv4 inside IPv6: mapped, compatible, NAT64, 6to4.
  if (groups.slice(0, 5).every((g) => g === 0) || (first === 0x64 && second === 0xff9b))
    return isPublicV4(bytes(groups[6] ?? 0, groups[7] ?? 0));
  if (first === 0x2002) return isPublicV4(bytes(second, groups[2] ?? 0));
  if (first === 0x2001 && (second === 0xdb8 || second < 0x200)) return false;
  return first >= 0x2000 && first < 0x4000;
}

const bytes = (high: number, low: number): number[] => [high >> 8, high & 255, low >> 8, low & 255];

function isPublicV4([a = 0, b = 0, c = 0]: readonly number[]): boolean {
  if (a === 0 || a === 10 || a === 127 || a >= 224) return false;
  if (a === 100 && b >= 64 && b < 128) return false;
  if (a === 169 && b === 254) return false;
  if (a === 172 && b >= 16 && b < 32) return false;
  if (a === 192 && (b === 168 || (b === 0 && (c === 0 || c === 2)))) return false;
  if (a === 198 && (b === 18 || b === 19 || (b === 51 && c === 100))) return false;
  return !(a === 203 && b === 0 && c === 113);
}

function expandV6(address: string): number[] | undefined {
  const text = address
    .toLowerCase()
    .replace(/%.*$/, '')
    .replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, a, b, c, d) => {
      const hex = (high: string, low: string): string => (Number(high) * 256 + Number(low)).toString(16);
      return `${hex(a, b)}:${hex(c, d)}`;
    });
  const [head = '', tail] = text.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const missing = 8 - left.length - right.length;
  if (tail === undefined ? missing !== 0 : missing < 0) return undefined;
  const groups = [...left, ...Array.from({ length: tail === undefined ? 0 : missing }, () => '0'), ...right];
  return groups.every((g) => /^[0-9a-f]{1,4}$/.test(g)) ? groups.map((g) => Number.parseInt(g, 16)) : undefined;
}
