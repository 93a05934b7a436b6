/**
 * Whether `new URL(text)` takes a text, which is Backstage's rule for links; pure code has no URL. After the URL standard
 * (url.spec.whatwg.org); names in other scripts are taken as they are.
 */
export function isAbsoluteUrl(text: string): boolean {
  // oxlint-disable-next-line no-control-regex -- the standard strips them
  const cleaned = text.replace(/^[\u0000-\u0020]+|[\u0000-\u0020]+$/g, '').replace(/[\t\n\r]/g, '');
  const parts = /^([a-z][a-z\d+.-]*):(.*)$/is.exec(cleaned);
  const scheme = parts?.[1]?.toLowerCase();
  const rest = parts?.[2] ?? '';
  if (scheme === undefined) return false;
  if (scheme === 'file') return fileHost(rest);
  if (special.has(scheme)) return authority(/^[/\\]*([^/\\?#]*)/.exec(rest)?.[1] ?? '', true);
  const slashes = /^\/\/([^/?#]*)/.exec(rest)?.[1];
  return slashes === undefined || slashes === '' || authority(slashes, false);
}

const special = new Set(['http', 'https', 'ws', 'wss', 'ftp']);

function fileHost(rest: string): boolean {
  const name = /^[/\\]{2}([^/\\?#]*)/.exec(rest)?.[1] ?? '';
  return name === '' || /^[a-z][:|]$/i.test(name) || host(name, true);
}

function authority(text: string, isSpecial: boolean): boolean {
  const place = text.slice(text.lastIndexOf('@') + 1);
  const split = /^(\[[^\]]*\]|[^:[]*)(?::(\d*))?$/.exec(place);
  if (split === null) return false;
  const name = split[1] ?? '';
  const port = split[2] ?? '';
  // Without a host there is neither a user nor a port.
  if (name === '') return !isSpecial && place === '' && text === '';
  return host(name, isSpecial) && (port === '' || Number(port) <= 65_535);
}

function host(name: string, isSpecial: boolean): boolean {
  if (name.startsWith('[')) return isIpv6(name.slice(1, -1));
  // oxlint-disable-next-line no-control-regex -- the standard forbids them
  if (!isSpecial) return !/[\u0000 #/<>?@[\\\]^|]/.test(name);
  const decoded = percentDecoded(name);
  // oxlint-disable-next-line no-control-regex -- the standard forbids them
  if (decoded === undefined || decoded === '' || /[\u0000-\u0020\u007f#%/:<>?@[\\\]^|]/.test(decoded)) return false;
  return numericHost(decoded);
}

function percentDecoded(name: string): string | undefined {
  if (!name.includes('%')) return name;
  try {
    return decodeURIComponent(name);
  } catch {
    return undefined;
  }
}

/** A name whose last label is a number is an IPv4 address, and must be one. */
function numericHost(name: string): boolean {
  const labels = name.split('.');
  if (labels.at(-1) === '' && labels.length > 1) labels.pop();
  const last = labels.at(-1) ?? '';
  if (!/^(\d+|0x[\da-f]*)$/i.test(last)) return true;
  const numbers = labels.map((label) =>
    /^0x[\da-f]*$/i.test(label)
      ? Number.parseInt(`0${label.slice(2)}`, 16)
      : /^0[0-7]+$/.test(label)
        ? Number.parseInt(label, 8)
        : /^(0|[1-9]\d*)$/.test(label)
          ? Number(label)
          : Number.NaN,
  );
  if (numbers.length > 4 || numbers.some(Number.isNaN)) return false;
  return numbers.slice(0, -1).every((n) => n <= 255) && (numbers.at(-1) ?? 0) < 256 ** (5 - numbers.length);
}

function isIpv6(text: string): boolean {
  const dotted = /^(.*:)((?:\d{1,3}\.){3}\d{1,3})$/.exec(text);
  if (dotted?.[2] !== undefined && !dotted[2].split('.').every((n) => Number(n) <= 255 && String(Number(n)) === n)) return false;
  const whole = dotted === null ? text : `${dotted[1] ?? ''}0:0`;
  const halves = whole.split('::');
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')));
  if (halves.length > 2 || !groups.every((group) => /^[\da-f]{1,4}$/i.test(group))) return false;
  return halves.length === 2 ? groups.length <= 7 : groups.length === 8;
}
