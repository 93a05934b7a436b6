import { formatDuration } from '@paved/kernel';
import { Tooltip } from '@mantine/core';
import { useNow } from './clock.tsx';
import { exactTime, nextChangeMs, timeWords } from './time-words.ts';

/** "26 min ago" that keeps counting, exact with zone on hover and focus. */
export function RelativeTime({ at, bare = false }: { at: string; bare?: boolean }) {
  const date = new Date(at);
  const now = useNow(nextChangeMs(date, new Date()));
  const exact = exactTime(date);
  return (
    <Tooltip label={exact}>
      <time dateTime={at} className="p-nowrap">
        {timeWords(date, now, bare)}
        <span className="p-vh">, {exact}</span>
      </time>
    </Tooltip>
  );
}

/** How long something took, or has taken so far. */
export function Duration({ from, to }: { from: string | undefined; to?: string | undefined }) {
  const now = useNow(from !== undefined && to === undefined ? 1000 : undefined);
  if (from === undefined) return null;
  const ms = (to === undefined ? now.getTime() : Date.parse(to)) - Date.parse(from);
  const text = to === undefined && ms >= 1000 && ms < 10_000 ? `${Math.floor(ms / 1000)} s` : formatDuration(Math.max(0, ms));
  return <span className="p-num p-nowrap">{text}</span>;
}
