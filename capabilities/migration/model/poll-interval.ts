import type { Json } from '@paved/kernel';

const SECONDS: Readonly<Record<string, number>> = {
  years: 31_536_000,
  months: 2_592_000,
  weeks: 604_800,
  days: 86_400,
  hours: 3600,
  minutes: 60,
  seconds: 1,
  milliseconds: 0.001,
};

/** A Backstage duration (an object such as `{ minutes: 30 }`, ISO 8601, or `30m`) as Paved writes them; undefined for anything else. */
export function pollIntervalOf(value: Json): string | undefined {
  if (typeof value === 'string') {
    if (/^(\d+(\.\d+)?(ms|s|m|h|d))+$/.test(value)) return value;
    const iso = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(value);
    if (iso === null) return undefined;
    return text(Number(iso[1] ?? 0) * 86_400 + Number(iso[2] ?? 0) * 3600 + Number(iso[3] ?? 0) * 60 + Number(iso[4] ?? 0));
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return undefined;
  let seconds = 0;
  for (const [unit, amount] of Object.entries(value)) {
    const factor = SECONDS[unit];
    if (factor === undefined || typeof amount !== 'number') return undefined;
    seconds += factor * amount;
  }
  return text(seconds);
}

function text(seconds: number): string | undefined {
  if (!(seconds >= 1)) return undefined;
  const whole = Math.round(seconds);
  return whole % 60 === 0 ? `${whole / 60}m` : `${whole}s`;
}
