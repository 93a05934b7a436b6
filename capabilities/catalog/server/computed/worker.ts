import { parentPort, workerData } from 'node:worker_threads';
import type { Json } from '@paved/kernel';
import { evaluatorOf, forExpressions, type Evaluator, type Outcome, type Subject } from '../../model/computed/evaluate.ts';
import type { ComputedProperty } from '../../model/computed/property.ts';

/** What the worker is told. Bodies are JSON texts: they are parsed here, off the server's own thread. */
export type ToWorker =
  | {
      readonly type: 'entities';
      readonly entities: readonly { readonly ref: string; readonly body: string; readonly computed: string | null }[];
    }
  | {
      readonly type: 'evaluate';
      readonly id: number;
      readonly property: ComputedProperty;
      /** `related`: the references at the end of the path; their number alone when nothing of them is read. */
      readonly jobs: readonly { readonly ref: string; readonly related: readonly string[] }[];
    }
  /** Forgets the entities. */
  | { readonly type: 'clear' };

export interface FromWorker {
  readonly id: number;
  readonly outcomes: readonly Outcome[];
  /** True when the batch took more than its share; the rest was not evaluated. */
  readonly slow: boolean;
}

/** Ticks with every evaluation, so that the server sees one that hangs. */
const pulse = new Int32Array((workerData as { pulse: SharedArrayBuffer }).pulse);
const { batchMs } = workerData as { batchMs: number };
const subjects = new Map<string, Subject>();
const evaluators = new Map<string, Evaluator>();

const nameless = (ref: string): Subject => ({ ref, kind: ref.slice(0, ref.indexOf(':')), metadata: {}, spec: {}, computed: {} });

function evaluate(
  property: ComputedProperty,
  jobs: readonly { ref: string; related: readonly string[] }[],
): { outcomes: Outcome[]; slow: boolean } {
  const key = JSON.stringify(property);
  let evaluator = evaluators.get(key);
  if (evaluator === undefined) evaluators.set(key, (evaluator = evaluatorOf(property)));
  const outcomes: Outcome[] = [];
  const until = performance.now() + batchMs;
  for (const { ref, related } of jobs) {
    Atomics.add(pulse, 0, 1);
    const subject = subjects.get(ref) ?? nameless(ref);
    const outcome = evaluator.evaluate(
      subject,
      related.map((one) => subjects.get(one) ?? nameless(one)),
    );
    outcomes.push(outcome);
    // Those that come after read it.
    if (outcome.value === null) delete subject.computed[property.name];
    else subject.computed[property.name] = forExpressions(outcome.value as Json);
    if (performance.now() > until && outcomes.length < jobs.length) return { outcomes, slow: true };
  }
  return { outcomes, slow: false };
}

parentPort?.on('message', (message: ToWorker) => {
  if (message.type === 'clear') return subjects.clear();
  if (message.type === 'entities') {
    for (const { ref, body, computed } of message.entities) {
      const values = computed === null ? {} : (JSON.parse(computed) as Record<string, Json>);
      const known = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null));
      subjects.set(ref, {
        ...(forExpressions(JSON.parse(body) as Json) as object),
        ref,
        computed: forExpressions(known) as Record<string, unknown>,
      });
    }
    return;
  }
  const answer: FromWorker = { id: message.id, ...evaluate(message.property, message.jobs) };
  Atomics.store(pulse, 0, 0);
  parentPort?.postMessage(answer);
});
