const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** How long ago, for people (design §7 Times): "12 s ago", "26 min ago", "yesterday", "6 d ago", then "12 Oct". `bare` leaves out "ago". */
export function timeWords(at: Date, now: Date, bare = false): string {
  const age = now.getTime() - at.getTime();
  const ago = (text: string) => (bare ? text : age >= 0 ? `${text} ago` : `in ${text}`);
  const size = Math.abs(age);
  if (size < 2000 && !bare) return 'now';
  if (size < minute) return ago(`${Math.floor(size / 1000)} s`);
  if (size < hour) return ago(`${Math.floor(size / minute)} min`);
  if (size < day) return ago(`${Math.floor(size / hour)} h`);
  const days = Math.floor(size / day);
  if (days === 1 && age > 0) return bare ? '1 d' : 'yesterday';
  if (days <= 30) return ago(`${days} d`);
  const date = `${at.getDate()} ${months[at.getMonth()]}`;
  return days < 365 ? date : `${date} ${at.getFullYear()}`;
}

/** How long until the words change, so that a clock ticks no more often than needed. */
export function nextChangeMs(at: Date, now: Date): number {
  const size = Math.abs(now.getTime() - at.getTime());
  if (size < minute) return 1000;
  if (size < hour) return 20_000;
  return 10 * minute;
}

/** Exact, with zone, for hover and screen readers. */
export function exactTime(at: Date): string {
  return at.toLocaleString('en-GB', {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    timeZoneName: 'short',
  });
}

/** "14:02:10" of a moment. */
export const clockTime = (at: Date): string => at.toLocaleTimeString('en-GB');

/** "Thursday 19 November". */
export const longDay = (at: Date): string => at.toLocaleDateString('en-GB', { weekday: 'long', day: 'numeric', month: 'long' });

/** 1846 → "1,846". */
export const count = (n: number): string => n.toLocaleString('en-US');

/** 1 and "service" → "1 service"; 2 → "2 services". */
export const plural = (n: number, one: string, many = `${one}s`): string => `${count(n)} ${n === 1 ? one : many}`;

/** Bytes as "1.2 MB". */
export function bytes(n: number): string {
  if (n < 1000) return `${n} B`;
  const units = ['kB', 'MB', 'GB', 'TB'];
  let value = n / 1000;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}
