import type { Database, Events, Logger } from '@paved/host';
import { LOG_APPENDED } from '../../index.ts';
import { createLineBuffer, type LogLine, type LogStream } from '../../model/line-buffer.ts';
import type { Masker } from '../../model/masking.ts';
import { whenDatabaseIsBack } from '../database-retry.ts';
import { store, type Lease } from '../store.ts';
import { logStore } from './store.ts';

const FLUSH_MS = 100;
const FLUSH_SIZE = 16_384;
/** Kept of one step; more is left out. */
export const STEP_LOG_LIMIT = 10 * 1024 * 1024;
/** An announcement holds at most 7 kB of JSON. */
const ANNOUNCE_SIZE = 5_500;

/** One step's log: lines are numbered, masked, stored in chunks and announced. */
export interface StepLog {
  write(text: string, stream?: LogStream): void;
  /** Resolves when everything written so far is stored. */
  end(): Promise<void>;
}

export interface StepLogDeps {
  readonly db: Database;
  readonly events: Events;
  readonly log: Logger;
  readonly now: () => Date;
  readonly lease: Lease;
  readonly masker: Masker;
  /** Whether earlier attempts may have written already. */
  readonly continues: boolean;
  /** One after the other over all steps of the run: readers go on behind the last chunk they saw. */
  readonly inOrder: (append: () => Promise<void>) => Promise<void>;
  readonly limit?: number;
}

export function createStepLog(deps: StepLogDeps, step: string): StepLog {
  const db = store.join(deps.db);
  const early: { text: string; stream: LogStream; at: string }[] = [];
  let buffer = deps.continues ? undefined : createLineBuffer(deps.masker, { lines: 0, bytes: 0 }, deps.limit ?? STEP_LOG_LIMIT);
  let lines: LogLine[] = [];
  let size = 0;
  let timer: NodeJS.Timeout | undefined;
  let opening: Promise<void> | undefined;
  let writing: Promise<void> = Promise.resolve();

  const take = (added: readonly LogLine[]): void => {
    for (const line of added) {
      lines.push(line);
      size += line.text.length;
    }
    if (lines.length === 0) return;
    if (size >= FLUSH_SIZE) flush();
    else timer ??= setTimeout(flush, FLUSH_MS);
  };
  const open = async (): Promise<void> => {
    const position = await logStore.position(db, deps.lease.runId, step);
    buffer = createLineBuffer(deps.masker, position, deps.limit ?? STEP_LOG_LIMIT);
    for (const piece of early.splice(0)) take(buffer.add(piece.text, piece.stream, piece.at));
  };
  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    const chunk = lines.map((line) => ({ ...line, text: deps.masker.text(line.text) }));
    lines = [];
    size = 0;
    if (chunk.length === 0) return;
    writing = deps
      .inOrder(async () => {
        if (!(await whenDatabaseIsBack(() => logStore.append(db, deps.lease, step, chunk)))) return;
        for (const part of announceable(chunk)) {
          await deps.events.announce({
            type: LOG_APPENDED,
            subject: deps.lease.runId,
            data: { id: deps.lease.runId, step, from: part.from, lines: part.lines },
          });
        }
      })
      .catch((error: unknown) => deps.log.warn({ err: error, run: deps.lease.runId, step }, 'Log lines could not be stored.'));
  };

  return {
    write(text, stream = 'stdout') {
      const at = deps.now().toISOString();
      if (buffer !== undefined) return take(buffer.add(text, stream, at));
      early.push({ text, stream, at });
      opening ??= open();
    },
    async end() {
      await opening;
      if (buffer !== undefined) take(buffer.end(deps.now().toISOString()));
      flush();
      await writing;
    },
  };
}

/** Cuts a chunk into announcements. A line too long for one is announced without text: readers fetch it. */
export function announceable(chunk: readonly LogLine[]): { from: number; lines: LogLine[] }[] {
  const parts: { from: number; lines: LogLine[] }[] = [];
  let part: LogLine[] = [];
  let size = 0;
  for (const line of chunk) {
    const weight = Buffer.byteLength(JSON.stringify(line)) + 1;
    if (size + weight > ANNOUNCE_SIZE && part[0] !== undefined) {
      parts.push({ from: part[0].n, lines: part });
      part = [];
      size = 0;
    }
    if (weight > ANNOUNCE_SIZE) {
      parts.push({ from: line.n, lines: [] });
      continue;
    }
    part.push(line);
    size += weight;
  }
  if (part[0] !== undefined) parts.push({ from: part[0].n, lines: part });
  return parts;
}
