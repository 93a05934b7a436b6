/** How often something happens, as Backstage writes it. */
export type Frequency = string | { readonly cron?: string } | Partial<Record<(typeof units)[number], number>>;

const units = ['years', 'months', 'weeks', 'days', 'hours', 'minutes', 'seconds', 'milliseconds'] as const;
const minutesOf: Readonly<Record<(typeof units)[number], number>> = {
  years: 525_600,
  months: 43_200,
  weeks: 10_080,
  days: 1440,
  hours: 60,
  minutes: 1,
  seconds: 1 / 60,
  milliseconds: 1 / 60_000,
};

/** Every 30 minutes. */
export const DEFAULT_MINUTES = 30;

/** Whole minutes of a duration: `PT30M`, `30m`, `2h`, `{ minutes: 30 }`. Undefined when it is none. */
export function minutesIn(frequency: Frequency): number | undefined {
  const minutes = typeof frequency === 'string' ? textMinutes(frequency) : sum(frequency as Partial<Record<string, number>>);
  return minutes === undefined || !Number.isFinite(minutes) || minutes <= 0 ? undefined : Math.max(1, Math.round(minutes));
}

/**
 * A cron expression (UTC) that comes closest to a frequency without being more often. `spread` (0 ≤ spread < 1) shifts it inside its
 * period, so that many providers do not all ask at the full hour. Undefined when the frequency cannot be understood.
 */
export function cronOf(frequency: Frequency | undefined, spread: number): string | undefined {
  if (frequency !== undefined && typeof frequency === 'object' && 'cron' in frequency && typeof frequency.cron === 'string')
    return frequency.cron.trim().split(/\s+/).length === 6 ? frequency.cron.trim().split(/\s+/).slice(1).join(' ') : frequency.cron;
  if (typeof frequency === 'string' && /^\S+(\s+\S+){4,5}$/.test(frequency.trim())) return cronOf({ cron: frequency }, spread);
  const minutes = frequency === undefined ? DEFAULT_MINUTES : minutesIn(frequency);
  if (minutes === undefined) return undefined;
  if (minutes === 1) return '* * * * *';
  const at = Math.floor(spread * Math.min(minutes, 60));
  if (minutes < 60) {
    const step = [2, 3, 4, 5, 6, 10, 12, 15, 20, 30, 60].find((divisor) => divisor >= minutes) ?? 60;
    return step === 60 ? `${at} * * * *` : `${at % step}-59/${step} * * * *`;
  }
  const hours = Math.ceil(minutes / 60);
  if (hours === 1) return `${at} * * * *`;
  const step = [2, 3, 4, 6, 8, 12, 24].find((divisor) => divisor >= hours) ?? 24;
  return step === 24 ? `${at} ${Math.floor(spread * 24)} * * *` : `${at} ${Math.floor(spread * step)}-23/${step} * * *`;
}

function textMinutes(text: string): number | undefined {
  const iso = /^P(?:(\d+(?:\.\d+)?)W)?(?:(\d+(?:\.\d+)?)D)?(?:T(?:(\d+(?:\.\d+)?)H)?(?:(\d+(?:\.\d+)?)M)?(?:(\d+(?:\.\d+)?)S)?)?$/i.exec(
    text.trim(),
  );
  if (iso !== null) {
    const [, weeks = '0', days = '0', hours = '0', minutes = '0', seconds = '0'] = iso;
    return sum({ weeks: Number(weeks), days: Number(days), hours: Number(hours), minutes: Number(minutes), seconds: Number(seconds) });
  }
  const short: Readonly<Record<string, number>> = { ms: 1 / 60_000, s: 1 / 60, m: 1, h: 60, d: 1440, w: 10_080 };
  if (!/^(\s*\d+(\.\d+)?\s*(ms|s|m|h|d|w))+\s*$/i.test(text)) return undefined;
  return [...text.matchAll(/(\d+(?:\.\d+)?)\s*(ms|s|m|h|d|w)/gi)].reduce(
    (total, [, n, unit]) => total + Number(n) * (short[unit?.toLowerCase() ?? ''] ?? 0),
    0,
  );
}

const sum = (parts: Readonly<Partial<Record<string, number>>>): number =>
  units.reduce((total, unit) => total + (parts[unit] ?? 0) * minutesOf[unit], 0);
