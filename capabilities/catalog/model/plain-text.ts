import { PavedError } from '@paved/kernel';

/** Text that can be looked for: PostgreSQL holds no NUL characters, so nothing could match. */
export function plain(text: string): string {
  if (text.includes('\u0000')) throw new PavedError('invalid', 'The request holds a NUL character.', { fix: 'Leave it out.' });
  return text;
}
