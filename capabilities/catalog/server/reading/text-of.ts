import { isUtf8 } from 'node:buffer';
import { PavedError } from '@paved/kernel';
import { byteAsCharacter } from '../../model/foreign-bytes.ts';

/**
 * A file as text. YAML may be written in UTF-8 or UTF-16, told apart by its first bytes; the mark itself is left out. Throws `invalid`
 * for what is no text at all. Bytes that are no UTF-8 stand in it as `model/foreign-bytes.ts` says, so that only the documents that
 * hold them are broken. `name`: of the file, for the message.
 */
export function textOf(bytes: Uint8Array, name: string): string {
  const encoding = utf16Of(bytes);
  if (encoding !== undefined) return new TextDecoder(encoding).decode(bytes);
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (isBinary(buffer))
    throw new PavedError('invalid', `${name} is not a text file.`, { fix: 'Point to a YAML file, or save it as UTF-8 text.' });
  return (isUtf8(buffer) ? buffer.toString('utf8') : withForeignBytes(buffer)).replace(/^\uFEFF/, '');
}

/** A NUL early on, as Git sees it; but one that got lost in a document breaks that one at most, not its neighbours. */
const isBinary = (bytes: Buffer): boolean =>
  bytes.subarray(0, 8192).includes(0) && !/^[ \t]*["']?(?:apiVersion|kind|metadata)["']?[ \t]*:/m.test(bytes.toString('latin1'));

const utf16Of = (bytes: Uint8Array): 'utf-16le' | 'utf-16be' | undefined =>
  bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : undefined;

function withForeignBytes(bytes: Buffer): string {
  const parts: string[] = [];
  let start = 0;
  for (let i = 0; i < bytes.length;) {
    const lead = bytes[i] ?? 0;
    const length = lead < 0x80 ? 1 : lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    if (length === 1 || (i + length <= bytes.length && isUtf8(bytes.subarray(i, i + length)))) i += length;
    else {
      parts.push(bytes.toString('utf8', start, i), byteAsCharacter(lead));
      start = ++i;
    }
  }
  parts.push(bytes.toString('utf8', start));
  return parts.join('');
}
