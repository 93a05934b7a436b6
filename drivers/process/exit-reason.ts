import type { Exit } from './child.ts';

export interface PastExit extends Exit {
  readonly at: number;
}

const counts = ['never', 'once', 'twice', 'three times', 'four times', 'five times'];

/** "Exited with code 1", "Ended by SIGKILL". */
export function exitText(exit: Exit): string {
  if (exit.signal !== undefined) return `Ended by ${exit.signal}`;
  return exit.code === undefined ? 'Ended' : `Exited with code ${exit.code}`;
}

/** "Exited with code 1 three times in 40 s; last line: …" */
export function exitReason(exits: readonly PastExit[], now: number, lastLine?: string): string | undefined {
  const last = exits.at(-1);
  if (last === undefined) return undefined;
  const same = exits.filter((exit) => exit.code === last.code && exit.signal === last.signal);
  const seconds = Math.max(1, Math.round((now - (same[0]?.at ?? now)) / 1000));
  const span = seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} minutes`;
  const times = same.length === 1 ? '' : ` ${counts[same.length] ?? `${same.length} times`} in ${span}`;
  return `${exitText(last)}${times}${lastLine === undefined ? '' : `; last line: ${lastLine.slice(0, 200)}`}`;
}
