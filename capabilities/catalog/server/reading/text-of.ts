import { PavedError } from '@paved/kernel';

/** A file as text, whatever is in it. YAML may be written in UTF-8 or UTF-16, told apart by its first bytes; the mark itself is left out. */
export function decoded(bytes: Buffer): string {
  const encoding = utf16Of(bytes);
  return encoding === undefined ? bytes.toString('utf8').replace(/^\uFEFF/, '') : new TextDecoder(encoding).decode(bytes);
}

/** The same for an address that was asked for: throws `invalid` for what is no text. `name`: of the file, for the message. */
export function textOf(bytes: Buffer, name: string): string {
  if (utf16Of(bytes) === undefined && bytes.subarray(0, 8192).includes(0))
    throw new PavedError('invalid', `${name} is not a text file.`, { fix: 'Point to a YAML file.' });
  return decoded(bytes);
}

const utf16Of = (bytes: Buffer): 'utf-16le' | 'utf-16be' | undefined =>
  bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : undefined;
