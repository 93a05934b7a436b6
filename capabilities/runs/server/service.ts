import type { z } from 'zod';
import type { Audit } from '@paved/audit';
import type { CapabilityContext, Database } from '@paved/host';
import { PavedError } from '@paved/kernel';
import { hasEnded, type Run, type RunKind, type Runs, type StartRun } from '../index.ts';
import { storable } from '../model/masking.ts';
import type { Dispatcher } from './dispatcher.ts';
import type { Executor } from './executor.ts';
import { runChanged } from './run-events.ts';
import type { RunMetrics } from './run-metrics.ts';
import { pendingStep, type StepRecord } from './step-record.ts';
import { store, type NewRun } from './store.ts';
import { toRun, views } from './views.ts';
import type { Waiters } from './waiters.ts';

const WAIT_MS = 10 * 60_000;
const TITLE_LIMIT = 300;
/** Largest input of a run, as JSON text. */
const INPUT_LIMIT = 1024 * 1024;

export interface ServiceDeps {
  readonly context: Pick<CapabilityContext<Record<never, never>>, 'db' | 'events' | 'log' | 'now' | 'newId'>;
  readonly worker: string;
  readonly audit: Audit;
  // oxlint-disable-next-line typescript/no-explicit-any -- kinds of every input live in one registry
  readonly kinds: Map<string, RunKind<any, any>>;
  readonly dispatcher: Dispatcher;
  readonly executor: () => Executor;
  readonly waiters: Waiters;
  readonly metrics: RunMetrics;
  readonly schedule: Runs['schedule'];
}

export function createService(deps: ServiceDeps): Runs {
  const { db, events, now, newId } = deps.context;
  const own = store.join(db);

  /** Writes the run; `direct`: it may begin here right after commit. */
  const write = async (tx: Database, request: StartRun, direct: boolean): Promise<{ run: Run; begin: () => void }> => {
    const kind = kindOf(deps.kinds, request.kind);
    const input = parseInput(kind, request.input);
    const row = newRow(kind, input, request, newId('run'), now());
    const limits = kind.concurrency;
    const begins = direct && limits === undefined;
    const inserted = await store.insert(
      store.join(tx),
      begins ? { ...row, status: 'running', worker: deps.worker, epoch: 1, attempt: 1, started_at: now() } : row,
    );
    if (inserted === undefined) {
      const known = await store.byDedupeKey(store.join(tx), request.dedupeKey ?? '');
      if (known === undefined) throw new PavedError('conflict', 'The same run is being started at this moment.', { fix: 'Try again.' });
      return { run: toRun(known, await store.steps(store.join(tx), known.id)), begin() {} };
    }
    const steps = (kind.plan?.(input) ?? []).map((step, place) => pendingStep(step.id, place, step.title, step.parent));
    await store.insertSteps(store.join(tx), inserted.id, steps);
    if (request.actor.door !== 'system') {
      await deps.audit.record(
        {
          actor: request.actor,
          action: 'runs.run.create',
          subject: inserted.id,
          ...causeOf(request),
          facts: { kind: inserted.kind, title: inserted.title },
        },
        tx,
      );
    }
    await events.publish(tx, runChanged(inserted));
    const known = new Map<string, StepRecord[]>([[inserted.id, steps]]);
    if (begins) return { run: toRun(inserted, steps), begin: () => deps.dispatcher.begin([inserted], known) };
    if (!direct) return { run: toRun(inserted, steps), begin() {} };
    const claimed = await deps.dispatcher.claim(tx, kind.kind);
    const mine = claimed.find((other) => other.id === inserted.id);
    return { run: toRun(mine ?? inserted, steps), begin: () => deps.dispatcher.begin(claimed, known) };
  };

  const service: Runs = {
    define(kind) {
      if (deps.kinds.has(kind.kind)) throw new PavedError('internal', `The run kind ${kind.kind} is defined twice.`);
      deps.kinds.set(kind.kind, kind);
    },
    async start(request, tx) {
      // Inside a caller's transaction nothing may begin before its commit: the event wakes a worker then.
      if (tx !== undefined) return (await write(tx, request, false)).run;
      const { run, begin } = await db.transaction().execute((own) => write(own, request, deps.dispatcher.accepting(request.cause)));
      begin();
      return run;
    },
    get: (id) => views.get(own, id),
    ended: (id, timeoutMs = WAIT_MS) => deps.waiters.wait(id, timeoutMs),
    async cancel(id, actor, given) {
      const reason = given === undefined ? undefined : storable(given);
      const request = { by: actor.ref, byName: actor.displayName, ...(reason === undefined ? {} : { reason }) };
      const row = await db.transaction().execute(async (tx) => {
        const asked = await store.requestCancel(store.join(tx), id, request);
        if (asked === undefined) throw await whyNot(id, 'cancelled');
        await deps.audit.record(
          { actor, action: 'runs.run.cancel', subject: id, facts: { kind: asked.kind, ...(reason === undefined ? {} : { reason }) } },
          tx,
        );
        const message = `${actor.displayName} cancelled it${reason === undefined ? '' : `: ${reason}`}.`;
        const ended =
          asked.status === 'queued'
            ? await store.endUnattended(store.join(tx), id, { status: 'cancelled', error: { message, code: 'cancelled' }, now: now() })
            : undefined;
        await events.publish(tx, runChanged(ended ?? asked));
        return ended ?? asked;
      });
      if (row.status === 'cancelled') deps.metrics.ended(row);
      else deps.executor().cancel(id, request);
    },
    async retry(id, actor) {
      const claimed = await db.transaction().execute(async (tx) => {
        const row = await store.requeue(store.join(tx), id);
        if (row === undefined) throw await whyNot(id, 'retried');
        kindOf(deps.kinds, row.kind);
        await deps.audit.record({ actor, action: 'runs.run.retry', subject: id, facts: { kind: row.kind } }, tx);
        await events.publish(tx, runChanged(row));
        return deps.dispatcher.accepting(row.cause) ? deps.dispatcher.claim(tx, row.kind) : [];
      });
      deps.dispatcher.begin(claimed);
      const run = await views.get(own, id);
      if (run === undefined) throw new PavedError('not_found', `There is no run ${id}.`);
      return run;
    },
    list: ({ limit = 50, ...filter }) => views.list(own, filter, limit),
    schedule: deps.schedule,
  };

  const whyNot = async (id: string, verb: 'cancelled' | 'retried'): Promise<PavedError> => {
    const run = await views.get(own, id);
    if (run === undefined) return new PavedError('not_found', `There is no run ${id}.`);
    if (verb === 'cancelled') return new PavedError('conflict', `The run ${id} has ended already (${run.status}).`);
    return hasEnded(run.status)
      ? new PavedError('conflict', `The run ${id} succeeded; there is nothing to repeat.`, { fix: 'Start a new run.' })
      : new PavedError('conflict', `The run ${id} has not ended (${run.status}).`, { fix: 'Cancel it first, or wait.' });
  };
  return service;
}

function newRow(kind: RunKind<unknown, unknown>, input: unknown, request: StartRun, id: string, now: Date): NewRun {
  const text = JSON.stringify(input) ?? 'null';
  if (text.length > INPUT_LIMIT) {
    throw new PavedError('too_large', `The input of ${kind.kind} has ${text.length} bytes; at most ${INPUT_LIMIT} are allowed.`, {
      fix: 'Pass a reference to the data instead.',
    });
  }
  return {
    id,
    kind: kind.kind,
    title: storable(kind.title(input)).slice(0, TITLE_LIMIT),
    status: 'queued',
    subjects: [...(request.subjects ?? [])],
    actor: JSON.stringify(request.actor),
    actor_ref: request.actor.ref,
    cause: JSON.stringify(request.cause),
    input: text,
    limit_key: kind.concurrency?.key?.(input) ?? null,
    dedupe_key: request.dedupeKey ?? null,
    attempt: 0,
    epoch: 0,
    created_at: now,
  };
}

function parseInput(kind: RunKind<unknown, unknown>, input: unknown): unknown {
  const parsed = kind.input.safeParse(input);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => ({ at: `input${pointer(issue)}`, message: issue.message }));
  throw new PavedError('invalid', `The input of ${kind.kind} does not fit. ${problems.map((p) => `${p.at}: ${p.message}.`).join(' ')}`, {
    problems,
  });
}

const pointer = (issue: z.core.$ZodIssue): string => issue.path.map((part) => `/${String(part)}`).join('');

// oxlint-disable-next-line typescript/no-explicit-any -- kinds of every input live in one registry
function kindOf(kinds: ReadonlyMap<string, RunKind<any, any>>, name: string): RunKind<any, any> {
  const kind = kinds.get(name);
  if (kind === undefined)
    throw new PavedError('invalid', `There is no kind of run named "${name}".`, {
      fix: `Known kinds: ${[...kinds.keys()].sort().join(', ')}.`,
    });
  return kind;
}

const causeOf = (request: StartRun): { cause?: string } => (request.cause.ref === undefined ? {} : { cause: request.cause.ref });
