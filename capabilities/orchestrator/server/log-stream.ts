import type { Events, Logger } from '@paved/host';
import { WORKLOAD_LOGGED, type LogLine } from '../index.ts';
import type { Store } from './store.ts';

/** An announcement carries at most this many characters of log text; longer lines are cut for live followers. */
const CHUNK = 5_000;
const LINE = 1_000;

/** Passes new log lines on to whoever follows them live. */
export interface LogStream {
  add(uid: string, lines: readonly LogLine[]): void;
  stop(): Promise<void>;
}

export function createLogStream(deps: { store: Store; events: Events; log: Logger }): LogStream {
  const places = new Map<string, { component: string; environment: string }>();
  let last: Promise<void> = Promise.resolve();

  const placeOf = async (uid: string): Promise<{ component: string; environment: string } | undefined> => {
    const known = places.get(uid);
    if (known !== undefined) return known;
    const row = await deps.store.resource(uid);
    if (row === undefined) return undefined;
    const place = { component: row.component, environment: row.environment };
    places.set(uid, place);
    return place;
  };

  const pass = async (uid: string, lines: readonly LogLine[]): Promise<void> => {
    const place = await placeOf(uid);
    if (place === undefined) return;
    for (const chunk of chunks(lines)) {
      const [first] = chunk;
      if (first === undefined) continue;
      const said = chunk.map(({ n, at, stream, text }) => ({ n, at, stream, text: text.slice(0, LINE) }));
      await deps.events.announce({
        type: WORKLOAD_LOGGED,
        subject: place.component,
        data: { environment: place.environment, instance: first.instance, lines: said },
      });
    }
  };

  return {
    add(uid, lines) {
      // One after the other, so that followers see them in order.
      last = last
        .then(() => pass(uid, lines))
        .catch((error: unknown) => deps.log.warn({ err: error }, 'Log lines could not be passed on.'));
    },
    stop: () => last,
  };
}

/** Runs of lines of one instance that fit into an announcement. */
function chunks(lines: readonly LogLine[]): LogLine[][] {
  const found: LogLine[][] = [];
  let size = 0;
  for (const line of lines) {
    const current = found.at(-1);
    const length = Buffer.byteLength(JSON.stringify(line.text.slice(0, LINE))) + 80;
    if (current === undefined || current[0]?.instance !== line.instance || size + length > CHUNK) {
      found.push([line]);
      size = length;
    } else {
      current.push(line);
      size += length;
    }
  }
  return found;
}
