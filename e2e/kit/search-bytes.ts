import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import path from 'node:path';
import { inflateSync } from 'node:zlib';

/** A secret and the forms in which it could stand somewhere. */
export interface Needle {
  readonly what: string;
  readonly bytes: Buffer;
}

/**
 * The clear text, hex, and base64 at each of its three alignments (the characters that depend only on the secret), also with the alphabet
 * of URLs.
 */
export function needlesOf(what: string, secret: string): Needle[] {
  const clear = Buffer.from(secret);
  const hex = clear.toString('hex');
  const encoded = [0, 1, 2].map((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), clear])
      .toString('base64')
      .replaceAll('=', '');
    return text.slice(shift === 0 ? 0 : shift + 1, (clear.length + shift) % 3 === 0 ? undefined : -1);
  });
  const forms: [string, string][] = [
    ['clear', secret],
    ['hex', hex],
    ['HEX', hex.toUpperCase()],
    ['URL encoded', encodeURIComponent(secret)],
    ...encoded.flatMap((text): [string, string][] => [
      ['base64', text],
      ['base64url', text.replaceAll('+', '-').replaceAll('/', '_')],
    ]),
  ];
  const seen = new Set<string>();
  return forms.flatMap(([form, text]) => {
    if (seen.has(text)) return [];
    seen.add(text);
    return [{ what: `${what} (${form})`, bytes: Buffer.from(text) }];
  });
}

/** Which needles a text or some bytes hold. */
export const foundIn = (haystack: Buffer | string, needles: readonly Needle[]): string[] => {
  const bytes = typeof haystack === 'string' ? Buffer.from(haystack) : haystack;
  return needles.filter((needle) => bytes.includes(needle.bytes)).map(({ what }) => what);
};

const CHUNK = 4 * 1024 * 1024;

/** Looks through every file below a folder, Git's compressed objects included. Gives findings, and what was read. */
export function searchFolder(folder: string, needles: readonly Needle[]): { findings: string[]; files: number; bytes: number } {
  const findings: string[] = [];
  let files = 0;
  let total = 0;
  const overlap = Math.max(...needles.map(({ bytes }) => bytes.length)) - 1;
  const look = (file: string, bytes: Buffer): void => {
    for (const what of foundIn(bytes, needles)) findings.push(`${what} in ${path.relative(folder, file)}`);
  };
  const walk = (at: string): void => {
    for (const entry of readdirSync(at, { withFileTypes: true })) {
      const file = path.join(at, entry.name);
      if (entry.isDirectory()) walk(file);
      if (!entry.isFile()) continue;
      let size: number;
      let fd: number;
      try {
        size = statSync(file).size;
        fd = openSync(file, 'r');
      } catch {
        continue; // It went while we walked.
      }
      files += 1;
      total += size;
      const buffer = Buffer.alloc(Math.min(size, CHUNK) + overlap);
      for (let position = 0; position < size;) {
        const read = readSync(fd, buffer, 0, buffer.length, position);
        if (read === 0) break;
        const bytes = buffer.subarray(0, read);
        look(file, bytes);
        if (position === 0 && /\/objects\/[0-9a-f]{2}\/[0-9a-f]{38}$/.test(file)) look(file, inflateSync(bytes));
        if (read <= overlap) break;
        position += read - overlap;
      }
      closeSync(fd);
    }
  };
  walk(folder);
  return { findings: [...new Set(findings)], files, bytes: total };
}
