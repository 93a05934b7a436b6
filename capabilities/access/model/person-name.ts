import { PavedError, formatRef, parseRef } from '@paved/kernel';

const namePattern = /^[a-z0-9]([a-z0-9._-]{0,61}[a-z0-9])?$/;

/** The canonical user ref for a ref or a bare name. Throws `invalid` for anything that is not a user. */
export function userRefOf(text: string): string {
  const ref = parseRef(text.trim(), { kind: 'user' });
  if (ref.kind !== 'user' || !namePattern.test(ref.name) || !namePattern.test(ref.namespace)) {
    throw new PavedError('invalid', `"${text}" is not a user name.`, {
      fix: 'Use up to 63 letters, digits, dots, dashes and underscores, for example mira.v.',
    });
  }
  return formatRef(ref);
}

export const MINIMUM_PASSWORD = 10;
const MAXIMUM_PASSWORD = 200;

/** Length is what counts; composition rules are left out on purpose. */
export function assertPassword(password: string, userRef: string): void {
  const name = userRef.slice(userRef.indexOf('/') + 1);
  if (password.length < MINIMUM_PASSWORD)
    throw new PavedError('invalid', `The password has ${password.length} characters.`, {
      fix: `Use at least ${MINIMUM_PASSWORD}; a few words are easy to remember.`,
    });
  if (password.length > MAXIMUM_PASSWORD)
    throw new PavedError('invalid', `The password has ${password.length} characters.`, { fix: `Use at most ${MAXIMUM_PASSWORD}.` });
  if (password.toLowerCase().includes(name) && name.length > 3 && password.length - name.length < 4)
    throw new PavedError('invalid', 'The password is little more than the user name.', { fix: 'Choose another one.' });
  if (new Set(password).size < 4)
    throw new PavedError('invalid', 'The password repeats too few characters.', { fix: 'Choose another one.' });
}
