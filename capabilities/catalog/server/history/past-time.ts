import { PavedError } from '@paved/kernel';

const iso = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+\- ]\d\d:?\d\d)?)?$/i;

/** Reads a time in ISO 8601; without a zone it is UTC, a date alone its first moment. Throws `invalid` for anything else. */
function parseTime(text: string, name: string): Date {
  const trimmed = text.trim();
  const unreadable = (): PavedError =>
    new PavedError('invalid', `"${trimmed.slice(0, 60)}" is not a time (${name}).`, {
      fix: `Write it in ISO 8601, for example ${name}=2026-03-01T09:00:00Z.`,
    });
  if (!iso.test(trimmed)) throw unreadable();
  // In an address a plus sign that is not encoded arrives as a space.
  const date = trimmed.slice(0, 10);
  const clock = trimmed.slice(11).replace(' ', '+');
  const zoned = clock === '' ? `${date}T00:00:00Z` : /(?:Z|[+-]\d\d:?\d\d)$/i.test(clock) ? `${date}T${clock}` : `${date}T${clock}Z`;
  const time = new Date(zoned.toUpperCase());
  if (Number.isNaN(time.getTime())) throw unreadable();
  return time;
}

/** A time to look back to: not in the future, and not before what is kept. */
export function parsePastTime(text: string, name: string, known: { readonly now: Date; readonly horizon: Date | undefined }): Date {
  const time = parseTime(text, name);
  if (time.getTime() > known.now.getTime())
    throw new PavedError('invalid', `${time.toISOString()} lies in the future.`, { fix: `Leave ${name} out to ask about the present.` });
  if (known.horizon !== undefined && time < known.horizon)
    throw new PavedError('invalid', `History is kept since ${known.horizon.toISOString()}; ${time.toISOString()} is earlier.`, {
      fix: 'Ask about a later time, or keep history longer with catalog.history.keep.',
    });
  return time;
}
