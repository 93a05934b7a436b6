/** Half a character, which no valid text holds: stands for a byte of a file that is no UTF-8, until it is told where it stands. */
const HALF = 0xdc00;

/** What a byte (0x80–0xff) that is no UTF-8 is written as in a text. */
export const byteAsCharacter = (byte: number): string => String.fromCharCode(HALF + byte);

/** The first character of a text that nothing can keep: a byte that is no UTF-8, or half a character. */
export function foreignIn(text: string): { readonly offset: number; readonly message: string; readonly fix: string } | undefined {
  if (text.isWellFormed()) return undefined;
  const offset = /\p{Cs}/u.exec(text)?.index ?? 0;
  const byte = text.charCodeAt(offset) - HALF;
  return byte >= 0x80 && byte <= 0xff
    ? {
        offset,
        message: `the byte 0x${byte.toString(16).toUpperCase()} is no UTF-8`,
        fix: 'Save the file as UTF-8; it seems to be in another encoding, such as Latin-1 or Windows-1252.',
      }
    : { offset, message: 'half a character stands here (a surrogate alone)', fix: 'Write the character whole, or remove it.' };
}
