import { randomBytes } from 'node:crypto';

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

/** `<prefix>_` and 26 characters: 10 of time (ms, sortable), 16 of chance (ULID's layout in lower-case Crockford base 32). */
export function newId(prefix: string, now: number = Date.now()): string {
  let time = '';
  for (let rest = now, i = 0; i < 10; i++, rest = Math.floor(rest / 32)) time = alphabet[rest % 32] + time;
  const chance = Array.from(randomBytes(16), (byte) => alphabet[byte & 31]).join('');
  return `${prefix}_${time}${chance}`;
}
