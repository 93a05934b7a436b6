import type { z } from 'zod';
import { serviceRef, type Actor } from '@paved/kernel';
import type { Database } from '@paved/host';

export const runStatuses = ['queued', 'running', 'succeeded', 'failed', 'cancelled'] as const;
export type RunStatus = (typeof runStatuses)[number];
export const stepStatuses = ['pending', 'running', 'succeeded', 'failed', 'skipped', 'cancelled', 'undone'] as const;
export type StepStatus = (typeof stepStatuses)[number];

/** Whether a run will not change any more (a retry makes it run again). */
export const hasEnded = (status: RunStatus): boolean => status === 'succeeded' || status === 'failed' || status === 'cancelled';

/** Why a run was started. */
export interface Cause {
  /** `user`, `push`, `schedule`, `run` (started by another run), `retry`, `system`. */
  readonly type: 'user' | 'push' | 'pull_request' | 'schedule' | 'run' | 'system';
  /** The commit, run id, cron expression or event id behind it. */
  readonly ref?: string;
}

/** A run as clients see it (secrets masked). */
export interface Run {
  readonly id: string;
  readonly kind: string;
  readonly title: string;
  readonly status: RunStatus;
  /** What it is about, canonical entity refs first: lists filter by it. */
  readonly subjects: readonly string[];
  readonly actor: { readonly ref: string; readonly displayName: string };
  readonly cause: Cause;
  readonly input: unknown;
  readonly output?: unknown;
  readonly error?: { readonly message: string; readonly fix?: string; readonly step?: string };
  readonly steps: readonly RunStep[];
  readonly attempt: number;
  readonly createdAt: string;
  readonly startedAt?: string;
  readonly endedAt?: string;
}

export interface RunStep {
  readonly id: string;
  readonly title: string;
  readonly parent?: string;
  readonly status: StepStatus;
  readonly attempt: number;
  readonly startedAt?: string;
  readonly endedAt?: string;
  readonly error?: string;
  /** Small result for people; never secrets. */
  readonly output?: unknown;
}

/** What a piece of work gets while a step runs. */
export interface StepContext {
  /** `<run>/<step>`: the same on every attempt, for idempotent effects. */
  readonly idempotencyKey: string;
  readonly attempt: number;
  /** Aborted on cancel, timeout and shutdown. */
  readonly signal: AbortSignal;
  /** Appends to the step's log (ANSI allowed; masked; streamed live; kept). A trailing newline is optional. */
  log(text: string, stream?: 'stdout' | 'stderr'): void;
}

export interface StepOptions<T> {
  /** For people; the id when left out. */
  readonly title?: string;
  /** Id of the step this one is shown under. */
  readonly parent?: string;
  /** Tries after the first, with exponential backoff from `delayMs` (default 1000). Default none. */
  readonly retries?: { readonly attempts: number; readonly delayMs?: number; readonly when?: (error: unknown) => boolean };
  readonly timeoutMs?: number;
  /** Takes back what the step created; called in reverse order on failure or cancel when the run asks for `undo`. Must be idempotent. */
  readonly undo?: (output: T, step: StepContext) => Promise<void>;
  /** What of the output people see in the run; default: the output when it is small JSON. */
  readonly show?: (output: T) => unknown;
}

/** What a run's body gets. The body must be deterministic: everything with an effect, a clock or chance goes into a step. */
export interface RunContext<I> {
  readonly id: string;
  readonly input: I;
  readonly actor: Actor;
  readonly cause: Cause;
  readonly attempt: number;
  /** A folder of this run's own that survives crashes between steps; removed some time after the end. */
  readonly workspace: string;
  readonly signal: AbortSignal;
  /** Runs `work` once successfully: its JSON output is checkpointed and returned at once on replay. */
  step<T>(id: string, options: StepOptions<T>, work: (step: StepContext) => Promise<T>): Promise<T>;
  /** Shows a step that is not needed, with the reason. */
  skip(id: string, options: { title?: string; parent?: string; reason: string }): Promise<void>;
  /** Values that must never be seen in logs, outputs or errors of this run (kept in memory; call again on replay). */
  mask(...values: string[]): void;
}

/** A kind of work. Registered once per platform while capabilities are created. */
export interface RunKind<I, O> {
  /** `<capability>.<noun>.<verb>`, for example `templates.template.execute`. */
  readonly kind: string;
  readonly input: z.ZodType<I>;
  readonly title: (input: I) => string;
  /** Steps known beforehand, shown as pending. */
  readonly plan?: (input: I) => readonly { id: string; title: string; parent?: string }[];
  /** At most `limit` of this kind at once (over all replicas), and at most `perKey` with the same key (default 1 when `key` is given). */
  readonly concurrency?: { readonly limit?: number; readonly key?: (input: I) => string; readonly perKey?: number };
  readonly timeoutMs?: number;
  /** Undo finished steps when the run fails or is cancelled. */
  readonly undo?: boolean;
  /** The permission needed to start it through the generic API; absent: only its capability starts it. */
  readonly permission?: string;
  readonly execute: (run: RunContext<I>) => Promise<O>;
}

export interface StartRun {
  readonly kind: string;
  readonly input: unknown;
  readonly actor: Actor;
  readonly cause: Cause;
  readonly subjects?: readonly string[];
  /** While a run with this key exists (in any state), starting again gives that run. */
  readonly dedupeKey?: string;
}

/** One engine for everything that happens: durable, step by step, with live logs. */
export interface Runs {
  /** Registers a kind; call while your capability is created. */
  define<I, O>(kind: RunKind<I, O>): void;
  /** Starts (or queues) a run; with `tx`, atomically with your own writes. Throws `invalid` for input that does not fit. */
  start(request: StartRun, tx?: Database): Promise<Run>;
  get(id: string): Promise<Run | undefined>;
  /** Resolves when the run has ended; throws `timeout` after `timeoutMs` (default 10 min). */
  ended(id: string, timeoutMs?: number): Promise<Run>;
  cancel(id: string, actor: Actor, reason?: string): Promise<void>;
  /** Runs it again from its first unfinished step. */
  retry(id: string, actor: Actor): Promise<Run>;
  list(query: { kind?: string; subject?: string; status?: readonly RunStatus[]; actorRef?: string; limit?: number }): Promise<Run[]>;
  /** Starts a run by cron expression (UTC), once over all replicas. Idempotent by `name`. */
  schedule(entry: { name: string; cron: string; run: Omit<StartRun, 'cause' | 'dedupeKey'> }): void;
}

export const runs = serviceRef<Runs>('runs');

/** Outbox events: `data` is `{ id, kind, status, title, subjects }`. */
export const RUN_CHANGED = 'runs.run.changed';
/** Outbox events: `data` is `{ id, step }` with the RunStep. */
export const STEP_CHANGED = 'runs.step.changed';
/** Announced, not stored: `data` is `{ id, step, from, lines: [{ n, at, stream, text }] }`. */
export const LOG_APPENDED = 'runs.log.appended';
