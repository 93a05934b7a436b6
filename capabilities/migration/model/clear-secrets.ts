import type { Json } from '@paved/kernel';

const secretKey = /(token|secret|secrets|password|privateKey|signingKey|accessKeyId)$/i;
const reference = /^\s*\$\{[^}]+\}\s*$/;
const inAddress = /^([a-z+]+:\/\/[^:@/\s]*):[^@/\s]+@/i;

/** What stands for a secret where settings are shown. */
const MASK = '••••';

/** Whether a setting's text is a secret itself, and no reference to one (`${NAME}`). */
export const isClearSecret = (key: string, text: string): boolean =>
  text !== '' && ((secretKey.test(key) && !reference.test(text)) || (inAddress.test(text) && !text.includes('${')));

/** A setting's text as it may be shown. */
export function shownSetting(key: string, text: string): string {
  if (!isClearSecret(key, text)) return text;
  return secretKey.test(key) ? MASK : text.replace(inAddress, `$1:${MASK}@`);
}

/** Settings that hold a secret in clear, as dotted paths. */
export function clearSecrets(value: Json, at: readonly string[] = []): string[] {
  if (typeof value === 'string') {
    // An item of a list is called as the list is.
    const key = at.findLast((step) => !/^\d+$/.test(step)) ?? '';
    return isClearSecret(key, value) ? [at.join('.')] : [];
  }
  if (value === null || typeof value !== 'object') return [];
  const keys = Object.keys(value);
  if (keys.length === 1 && keys[0]?.startsWith('$') === true) return [];
  return Object.entries(value).flatMap(([key, item]) => clearSecrets(item as Json, [...at, key]));
}
