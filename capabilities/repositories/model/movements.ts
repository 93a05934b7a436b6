import { NO_COMMIT } from './names.ts';

/** One line of a reflog. `by` is the identity's e-mail part, where the id of the push is kept. */
export interface LogLine {
  readonly before: string;
  readonly after: string;
  readonly by: string;
}

/** One update of a branch that others must hear of. */
export interface Movement {
  readonly before: string;
  readonly after: string;
  /** Id of the push behind it, when known. */
  readonly by?: string;
}

const line = /^([0-9a-f]{40}) ([0-9a-f]{40}) [^<]*<([^>]*)> /;

/** Parses reflog text; a last line without its end (a write cut short) is left out. */
export function parseLog(text: string): LogLine[] {
  const complete = text.slice(0, text.lastIndexOf('\n') + 1);
  return complete
    .split('\n')
    .map((l) => line.exec(l))
    .filter((m) => m !== null)
    .map((m) => ({ before: m[1] ?? '', after: m[2] ?? '', by: m[3] ?? '' }));
}

/**
 * What happened to a branch since it was last published: one movement per update, in order.
 * `published` and `current` are its commits then and now (undefined: no such branch), `log` the reflog lines written since.
 * A log that does not lead from one to the other (cut short, expired) gives the one movement that is certain.
 */
export function movements(published: string | undefined, current: string | undefined, log: readonly LogLine[]): Movement[] {
  const start = published ?? NO_COMMIT;
  const end = current ?? NO_COMMIT;
  const walked: Movement[] = [];
  let at = start;
  for (const { before, after, by } of log) {
    if (before !== at || after === at) continue;
    walked.push({ before, after, by });
    at = after;
  }
  if (at === end) return walked;
  return start === end ? [] : [{ before: start, after: end }];
}
