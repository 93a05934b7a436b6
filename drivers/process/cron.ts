import { PavedError } from '@paved/kernel';

/** A parsed five-field cron expression (minute hour day month weekday, UTC). */
interface Cron {
  readonly minutes: ReadonlySet<number>;
  readonly hours: ReadonlySet<number>;
  readonly days: ReadonlySet<number>;
  readonly months: ReadonlySet<number>;
  readonly weekdays: ReadonlySet<number>;
  /** crontab(5): when both day fields are restricted, either may match. */
  readonly eitherDay: boolean;
}

const fields = [
  { name: 'minute', from: 0, to: 59, names: [] },
  { name: 'hour', from: 0, to: 23, names: [] },
  { name: 'day', from: 1, to: 31, names: [] },
  { name: 'month', from: 1, to: 12, names: ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'] },
  { name: 'weekday', from: 0, to: 7, names: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] },
] as const;

const words: Readonly<Record<string, string>> = {
  '@hourly': '0 * * * *',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@weekly': '0 0 * * 0',
  '@monthly': '0 0 1 * *',
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
};

/** Parses an expression; throws `invalid` with a sentence that names the field. */
export function parseCron(text: string): Cron {
  const parts = (words[text.trim().toLowerCase()] ?? text).trim().split(/\s+/);
  if (parts.length !== 5) {
    throw new PavedError('invalid', `The schedule "${text}" has ${parts.length} fields, not five.`, {
      fix: 'Write minute, hour, day, month and weekday, for example "*/15 * * * *" (UTC).',
    });
  }
  const [minutes, hours, days, months, weekdays] = fields.map((field, i) => parseField(text, parts[i] ?? '', field)) as [
    Set<number>,
    Set<number>,
    Set<number>,
    Set<number>,
    Set<number>,
  ];
  if (weekdays.delete(7)) weekdays.add(0);
  return { minutes, hours, days, months, weekdays, eitherDay: !parts[2]?.startsWith('*') && !parts[4]?.startsWith('*') };
}

function parseField(whole: string, part: string, field: (typeof fields)[number]): Set<number> {
  const wrong = (): PavedError =>
    new PavedError('invalid', `The schedule "${whole}" has a ${field.name} that cannot be read: "${part}".`, {
      fix: `Use numbers from ${field.from} to ${field.to}, lists (1,2), ranges (1-5) or steps (*/5).`,
    });
  const number = (token: string): number => {
    const named = (field.names as readonly string[]).indexOf(token.toLowerCase());
    const value = named >= 0 ? named + (field.name === 'month' ? 1 : 0) : /^\d+$/.test(token) ? Number(token) : Number.NaN;
    if (!(value >= field.from && value <= field.to)) throw wrong();
    return value;
  };
  const result = new Set<number>();
  for (const item of part.split(',')) {
    const [range = '', step, more] = item.split('/');
    if (more !== undefined || (step !== undefined && !/^[1-9]\d*$/.test(step))) throw wrong();
    const [low = '', high, third] = range.split('-');
    if (third !== undefined) throw wrong();
    const from = range === '*' ? field.from : number(low);
    const to = range === '*' ? field.to : high === undefined ? (step === undefined ? from : field.to) : number(high);
    if (to < from) throw wrong();
    for (let value = from; value <= to; value += Number(step ?? 1)) result.add(value);
  }
  return result;
}

/** The first minute after `after` that matches; undefined when none does within five years (31 February). */
export function nextRun(cron: Cron, after: Date): Date | undefined {
  const at = new Date(after);
  at.setUTCSeconds(0, 0);
  at.setUTCMinutes(at.getUTCMinutes() + 1);
  const end = after.getTime() + 5 * 366 * 86_400_000;
  while (at.getTime() < end) {
    if (!cron.months.has(at.getUTCMonth() + 1)) {
      at.setUTCMonth(at.getUTCMonth() + 1, 1);
      at.setUTCHours(0, 0);
    } else if (!dayMatches(cron, at)) {
      at.setUTCDate(at.getUTCDate() + 1);
      at.setUTCHours(0, 0);
    } else if (!cron.hours.has(at.getUTCHours())) at.setUTCHours(at.getUTCHours() + 1, 0);
    else if (!cron.minutes.has(at.getUTCMinutes())) at.setUTCMinutes(at.getUTCMinutes() + 1);
    else return at;
  }
  return undefined;
}

function dayMatches(cron: Cron, at: Date): boolean {
  const day = cron.days.has(at.getUTCDate());
  const weekday = cron.weekdays.has(at.getUTCDay());
  return cron.eitherDay ? day || weekday : day && weekday;
}
