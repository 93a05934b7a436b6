import { z } from 'zod';
import { isPavedError, PavedError } from '@paved/kernel';
import type { RunContext, RunKind } from '@paved/runs';
import type { NodeAction } from '../../index.ts';
import { APPLY_RUN } from '../requests.ts';
import type { ApplyNode } from './apply-node.ts';
import type { Bookkeeping } from './bookkeeping.ts';
import type { RemoveNode } from './remove-node.ts';

const inputSchema = z.object({
  deployment: z.string(),
  component: z.string(),
  environment: z.string(),
  mode: z.enum(['deploy', 'rollback', 'promote', 'destroy']),
  version: z.string(),
});
export type ApplyInput = z.infer<typeof inputSchema>;

/** One node of the plan, as small as a step's output should be. */
export interface NodeStep {
  readonly key: string;
  readonly uid: string;
  readonly title: string;
  readonly action: NodeAction;
  /** Gone from the graph: to be deleted, orphaned or released. */
  readonly gone: boolean;
  /** Made for somebody else before; this component uses it from now on, too. */
  readonly joins: boolean;
  readonly dependsOn: readonly string[];
  readonly reason: string;
}

const verbs: Record<NodeAction, string> = {
  create: 'Create',
  update: 'Update',
  replace: 'Replace',
  restore: 'Restore',
  delete: 'Delete',
  orphan: 'Keep aside',
  none: 'Leave',
};

const titleOf = ({ mode, version, component, environment }: ApplyInput): string => {
  const name = component.split('/').at(-1) ?? component;
  switch (mode) {
    case 'destroy':
      return `Delete ${name} from ${environment}`;
    case 'rollback':
      return `Roll ${name} back to ${version} in ${environment}`;
    case 'promote':
      return `Promote ${name} ${version} to ${environment}`;
    case 'deploy':
      return `Deploy ${name} ${version} to ${environment}`;
  }
};

/**
 * The run behind every deployment. Each node is a step of its own: a crash in between repeats one node, with the same idempotency key.
 * When a node fails, what does not depend on it is finished, the rest stays as it was, nothing is removed, and the deployment has failed.
 */
export function applyRun(deps: {
  bookkeeping: Bookkeeping;
  applyNode: ApplyNode;
  removeNode: RemoveNode;
  ready: Promise<void>;
}): RunKind<ApplyInput, { deployment: string }> {
  const { bookkeeping, applyNode, removeNode } = deps;

  const node = async (run: RunContext<ApplyInput>, step: NodeStep): Promise<void> => {
    const title = step.joins && step.action === 'none' ? `Use ${step.title}` : `${verbs[step.action]} ${step.title}`;
    const id = `node:${step.uid}`;
    if (step.action === 'none' && !step.gone && !step.joins) {
      await run.skip(id, { title, reason: step.reason });
      return;
    }
    const mask = (value: string): void => run.mask(value);
    const retries = { attempts: 2, delayMs: 1000, when: (error: unknown) => isPavedError(error, 'unavailable') };
    await run.step(id, { title, retries, show: (output: { said: string }) => output.said }, async (context) => {
      await deps.ready;
      return step.gone ? removeNode(run.input.deployment, step, context) : applyNode(run.input.deployment, step, context, mask);
    });
  };

  const everyNode = async (run: RunContext<ApplyInput>, steps: readonly NodeStep[]): Promise<void> => {
    const undone = new Set<string>();
    const failures: unknown[] = [];
    for (const step of steps) {
      if (step.gone ? failures.length > 0 : step.dependsOn.some((key) => undone.has(key))) {
        undone.add(step.key);
        continue;
      }
      try {
        await node(run, step);
      } catch (error) {
        if (run.signal.aborted) throw error;
        failures.push(error);
        undone.add(step.key);
      }
    }
    if (failures.length > 0) throw failures[0];
  };

  return {
    kind: APPLY_RUN,
    input: inputSchema,
    title: titleOf,
    plan: ({ mode }) => [
      { id: 'read', title: mode === 'destroy' ? 'Look at what is there' : 'Read Score and artifact' },
      { id: 'plan', title: 'Make the plan' },
    ],
    concurrency: { key: ({ environment, component }) => `${environment}/${component}`, perKey: 1 },
    timeoutMs: 20 * 60_000,
    async execute(run) {
      const { deployment, mode } = run.input;
      if (run.attempt > 1) await bookkeeping.reopen(deployment);
      await run.step('read', { title: mode === 'destroy' ? 'Look at what is there' : 'Read Score and artifact', show: (set) => set }, () =>
        bookkeeping.read(deployment),
      );
      const planned = await run.step<{ nodes: NodeStep[]; said: string }>(
        'plan',
        { title: 'Make the plan', show: (made: { said: string }) => made.said },
        async (step) => {
          await deps.ready;
          return bookkeeping.plan(deployment, (text) => step.log(text));
        },
      );
      await everyNode(run, planned.nodes);
      if (mode !== 'destroy') {
        await run.step('settle', { title: 'Wait for health', timeoutMs: 180_000 }, async (step) => {
          await deps.ready;
          return bookkeeping.settle(deployment, step);
        });
      }
      await run.step('finish', { title: 'Record the result' }, () => bookkeeping.finish(deployment, run.id));
      return { deployment };
    },
  };
}

/** For a deployment that lost its turn between being queued and being started. */
export const superseded = (): PavedError => new PavedError('cancelled', 'A newer deployment took its place.');
