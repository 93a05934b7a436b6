import { PavedError, parseRef, formatRef } from '@paved/kernel';

/** Longest value of a variable or secret, in characters. */
export const VALUE_LIMIT = 64 * 1024;

/** Throws `invalid` with the reason when it cannot be the name of an environment variable. */
export function assertVariableName(name: string): void {
  if (/^[A-Za-z_][A-Za-z0-9_]{0,127}$/.test(name)) return;
  throw new PavedError('invalid', `"${name.slice(0, 140)}" cannot be the name of a variable.`, {
    fix: 'Use letters, digits and _, at most 128, not starting with a digit: SMTP_PASSWORD.',
  });
}

/** Throws `invalid` for values that no process could be given. */
export function assertValue(what: string, value: string): void {
  if (value.length > VALUE_LIMIT) {
    throw new PavedError('too_large', `The value of ${what} has ${value.length} characters; at most ${VALUE_LIMIT} are kept.`, {
      fix: 'Keep large content in a file or a volume.',
    });
  }
  if (value.includes('\0')) {
    throw new PavedError('invalid', `The value of ${what} holds a NUL character, which no environment variable can carry.`, {
      fix: 'Encode binary content, for example as base64.',
    });
  }
}

/** Throws `invalid` when a path could be read as something else than a place of its own. */
export function assertPath(path: string): void {
  const parts = path.split('/');
  if (path.length <= 512 && parts.length > 1 && parts.every((part) => /^[A-Za-z0-9][A-Za-z0-9._:@-]*$|^_[A-Za-z0-9_]*$/.test(part))) return;
  throw new PavedError('invalid', `"${path.slice(0, 140)}" is not a path of a secret.`, {
    fix: 'Write it as environments/<environment>/<component>/<NAME>.',
  });
}

/** The canonical form of a component reference, `component:` by default. */
export const canonicalComponent = (text: string): string => formatRef(parseRef(text, { kind: 'component' }));
