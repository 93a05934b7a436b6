import { PavedError } from '@paved/kernel';

/**
 * The text of a file. YAML may be written in UTF-8 or UTF-16, told apart by its first bytes; the mark itself is left out. Throws
 * `invalid` for what is no text. `name`: of the file, for the message.
 */
export function textOf(bytes: Buffer, name: string): string {
  const utf16 = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : undefined;
  if (utf16 !== undefined) return new TextDecoder(utf16).decode(bytes);
  if (bytes.subarray(0, 8192).includes(0)) throw new PavedError('invalid', `${name} is not a text file.`, { fix: 'Point to a YAML file.' });
  return bytes.toString('utf8').replace(/^\uFEFF/, '');
}
