import { setTimeout as sleep } from 'node:timers/promises';

/** SQLSTATE classes and Node codes that mean: the database is away for a moment. */
const AWAY = /^(08|57P|53300|ECONN|EPIPE|ETIMEDOUT|ENOENT)/;

/** Whether the database could not be reached, as opposed to having refused. */
export function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = (error as { code?: unknown }).code;
  if (typeof code === 'string' && AWAY.test(code)) return true;
  return /connection (terminated|ended)|timeout exceeded when trying to connect|Client has encountered a connection error/i.test(
    error.message,
  );
}

/** Repeats a write that is safe to repeat until the database is back; other errors pass through. */
export async function whenDatabaseIsBack<T>(write: () => Promise<T>, givenUp: () => boolean = () => false): Promise<T> {
  for (let waitMs = 50; ; waitMs = Math.min(1000, waitMs * 2)) {
    try {
      return await write();
    } catch (error) {
      if (!isDatabaseAway(error) || givenUp()) throw error;
      await sleep(waitMs);
    }
  }
}
