import { z } from 'zod';
import { PavedError } from '@paved/kernel';
import type { Audit } from '@paved/audit';
import type { RunKind } from '@paved/runs';
import { DESTROY_RUN } from '../service.ts';
import type { ApplyNodeDeps } from './apply-node.ts';
import { destroyResource } from './remove-node.ts';

const inputSchema = z.object({ uid: z.string(), key: z.string(), environment: z.string() });
type Input = z.infer<typeof inputSchema>;

/** Destroys a resource that was kept aside, with its data. */
export function destroyRun(
  deps: Pick<ApplyNodeDeps, 'store' | 'drivers' | 'now' | 'secrets'> & { audit: Audit; ready: Promise<void> },
): RunKind<Input, void> {
  const { store } = deps;
  return {
    kind: DESTROY_RUN,
    input: inputSchema,
    title: ({ key, environment }) => `Destroy ${key} in ${environment}`,
    plan: () => [{ id: 'destroy', title: 'Destroy it with its data' }],
    concurrency: { key: ({ uid }) => uid, perKey: 1 },
    async execute(run) {
      await run.step('destroy', { title: 'Destroy it with its data' }, async (step) => {
        await deps.ready;
        const row = await store.resource(run.input.uid);
        if (row === undefined || row.status === 'deleted') return;
        if (row.consumers.length > 0) throw new PavedError('conflict', `${row.key} is used again by ${row.consumers.join(', ')}.`);
        const call = {
          idempotencyKey: step.idempotencyKey,
          signal: step.signal,
          log: (text: string) => step.log(text),
          reveal: (ref: { path: string; version: number }) => deps.secrets.reveal(ref, run.actor, `destroying ${row.key}`),
        };
        await destroyResource(deps, row, call, row.deployment_id);
        await deps.audit.record({
          actor: run.actor,
          action: 'orchestrator.resource.destroy',
          subject: row.component,
          cause: run.id,
          facts: { key: row.key, environment: row.environment },
        });
      });
    },
  };
}
