import { PavedError } from '@paved/kernel';

const units: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** What `--at` says of itself. */
export const AT = 'as it was then: ISO 8601, or how long ago (2h, 3d, 1w)';

/** A query's part for `--at`. */
export const atThen = (at: string | undefined): { at?: string } => (at === undefined ? {} : { at: moment(at) });

/** A time as people write it: ISO 8601, or how long ago (`30m`, `2h`, `3d`, `1w`). */
export function moment(text: string, now = Date.now()): string {
  const ago = /^(\d{1,5})([mhdw])$/.exec(text.trim());
  if (ago === null) {
    if (Number.isNaN(Date.parse(text)))
      throw new PavedError('invalid', `"${text}" is not a time.`, {
        fix: 'Write how long ago (30m, 2h, 3d, 1w), or a day or time such as 2026-03-01 or 2026-03-01T09:00:00Z.',
      });
    return new Date(text).toISOString();
  }
  return new Date(now - Number(ago[1]) * (units[ago[2] ?? ''] ?? 0)).toISOString();
}
