import type { Json } from '@paved/kernel';
import type { SearchRow } from '../search-keys.ts';

/** Search rows are texts; lists that are ordered by a computed property look at these, in which numbers sort as numbers. */
export const orderSuffix = '#order';

/** Rows to order by, of values by name. */
export function orderRowsOf(values: Readonly<Record<string, Json>>): SearchRow[] {
  return Object.entries(values).flatMap(([name, value]): SearchRow[] => {
    const first = Array.isArray(value) ? value[0] : value;
    if (typeof first === 'number')
      return [{ key: `computed.${name.toLowerCase()}${orderSuffix}`, value: sortableNumber(first), original: null, item: 0 }];
    if (typeof first === 'string' && first.length <= 200 && !first.includes('\u0000'))
      return [{ key: `computed.${name.toLowerCase()}${orderSuffix}`, value: first.toLowerCase(), original: null, item: 0 }];
    if (typeof first === 'boolean')
      return [{ key: `computed.${name.toLowerCase()}${orderSuffix}`, value: String(first), original: null, item: 0 }];
    return [];
  });
}

/** A text that sorts by bytes as the number does by size: sign, exponent, digits; negative ones mirrored. */
export function sortableNumber(number: number): string {
  if (number === 0 || !Number.isFinite(number)) return number < 0 ? '0' : number > 0 && !Number.isFinite(number) ? '9' : '5';
  const [digits = '', exponent = '0'] = Math.abs(number).toExponential(16).split('e');
  const text = `${String(Number(exponent) + 500).padStart(4, '0')}${digits.replace('.', '')}`;
  if (number > 0) return `6${text}`;
  return `4${[...text].map((digit) => String(9 - Number(digit))).join('')}`;
}

/** The key that a list is ordered by: the field itself, or a computed property's sortable rows. */
export const orderKeyOf = (field: string): string =>
  /^computed\.[a-z0-9]+$/i.test(field) ? `${field.toLowerCase()}${orderSuffix}` : field.toLowerCase();
