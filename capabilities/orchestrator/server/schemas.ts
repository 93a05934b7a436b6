import { z } from 'zod';
import { pageOf } from '@paved/host';
import { healthStates } from '@paved/kernel';
import { resourceStatuses } from '../model/plan.ts';

export const componentText = z
  .string()
  .min(1)
  .max(300)
  .describe('Reference of the component: `component:default/checkout`, or just `checkout`.');
export const environmentText = z.string().min(1).max(63).describe('Name of the environment.');

export const deploymentStatuses = ['queued', 'planning', 'applying', 'succeeded', 'failed', 'cancelled', 'superseded'] as const;
export const deploymentModes = ['deploy', 'rollback', 'promote', 'destroy'] as const;
const actions = ['create', 'update', 'replace', 'delete', 'orphan', 'restore', 'none'] as const;

const deploymentFields = {
  id: z.string(),
  component: z.string(),
  environment: z.string(),
  version: z.string(),
  commit: z.string().optional(),
  mode: z.enum(deploymentModes),
  status: z.enum(deploymentStatuses),
  runId: z.string().describe('The run that carries it out; its steps are the plan’s nodes.'),
  setId: z.string().describe('Content address of what is shipped; empty until it was read.'),
  planDigest: z.string(),
  actor: z.object({ ref: z.string(), displayName: z.string() }),
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime().optional(),
  error: z.string().optional(),
};
export const deploymentSchema = z.object(deploymentFields).meta({ id: 'Deployment' });

export const deploymentPageSchema = pageOf(deploymentSchema).meta({ id: 'DeploymentPage' });

const looseObject = z.record(z.string(), z.unknown());

export const planSchema = z
  .object({
    component: z.string(),
    environment: z.string(),
    version: z.string(),
    nodes: z.array(
      z.object({
        key: z.string().describe('`type.class#id`'),
        uid: z.string(),
        type: z.string(),
        class: z.string(),
        id: z.string(),
        action: z.enum(actions),
        reasons: z.array(z.string()),
        definition: z.string(),
        driver: z.string(),
        dependsOn: z.array(z.string()).describe('Keys of other nodes.'),
        inputs: looseObject.describe('`{unknown: true}` stands for what is known only after apply, `{secretRef}` for secrets.'),
        before: looseObject.optional().describe('Inputs of the last successful apply.'),
        explain: z
          .array(z.object({ definition: z.string(), result: z.string() }))
          .describe('Every candidate definition, and why it was taken or not.'),
      }),
    ),
    digest: z.string().describe('Pass it as `expectedPlan` to do exactly this or nothing.'),
    summary: z.record(z.enum(actions), z.number().int()),
  })
  .meta({ id: 'Plan' });

export const deploymentDetailsSchema = z
  .object({
    ...deploymentFields,
    plan: planSchema.optional(),
    source: z.string().optional().describe('The deployment that is repeated (rollback, promotion).'),
  })
  .meta({ id: 'DeploymentDetails' });

const instances = z.object({ ready: z.number().int(), wanted: z.number().int() });

export const workloadSchema = z
  .object({
    component: z.string(),
    environment: z.string(),
    health: z.enum(healthStates),
    reason: z.string().optional(),
    version: z.string().optional(),
    commit: z.string().optional(),
    url: z.string().optional(),
    instances: instances.optional(),
    restarts: z.number().int().optional(),
    deployedAt: z.iso.datetime().optional(),
    deploymentId: z.string().optional(),
  })
  .meta({ id: 'WorkloadState' });

const environmentSchema = z.object({
  name: z.string(),
  title: z.string(),
  description: z.string().optional(),
  type: z.string(),
  order: z.number().int(),
  promotesFrom: z.string().optional(),
  protected: z.boolean(),
  counts: z.partialRecord(z.enum(healthStates), z.number().int()).describe('Services here by health.'),
});

const cellSchema = z.object({
  health: z.enum(healthStates).optional().describe('Absent while nothing runs here.'),
  reason: z.string().optional(),
  version: z.string().optional(),
  commit: z.string().optional(),
  deploymentId: z.string().optional(),
  deployedAt: z.iso.datetime().optional(),
  url: z.string().optional(),
  instances: instances.optional(),
  restarts: z.number().int().optional(),
  ahead: z.number().int().describe('Versions that the environment before has shipped since what runs here.'),
  same: z.boolean().describe('Whether the environment before runs exactly this.'),
  earlier: z.boolean().describe('Whether another version ran here before that one can go back to.'),
  latest: z
    .object({
      id: z.string(),
      status: z.enum(deploymentStatuses),
      version: z.string(),
      mode: z.enum(deploymentModes),
      error: z.string().optional(),
    })
    .optional()
    .describe('A newer deployment that is under way, or did not succeed.'),
});

export const boardSchema = z
  .object({
    environments: z.array(environmentSchema).describe('In promotion order.'),
    services: z.array(
      z.object({
        component: z.string(),
        title: z.string(),
        owner: z.string().optional(),
        system: z.string().optional(),
        cells: z.record(z.string(), cellSchema).describe('By environment name; absent where it was never deployed.'),
      }),
    ),
  })
  .meta({ id: 'EnvironmentBoard' });
export type Board = z.infer<typeof boardSchema>;

export const resourceSchema = z
  .object({
    uid: z.string(),
    key: z.string(),
    type: z.string(),
    class: z.string(),
    id: z.string(),
    component: z.string().describe('Who asked for it first.'),
    environment: z.string(),
    definition: z.string(),
    driver: z.string(),
    status: z.enum(resourceStatuses),
    stateful: z.boolean().describe('Keeps data: never destroyed by a deployment.'),
    consumers: z.array(z.string()).describe('Components that use it now.'),
    health: z.enum(healthStates).optional(),
    reason: z.string().optional(),
    error: z.string().optional(),
    outputs: looseObject.describe('Secrets as `{secretRef}`.'),
    deploymentId: z.string().optional(),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: 'ActiveResource' });

export const resourcePageSchema = pageOf(resourceSchema).meta({ id: 'ActiveResourcePage' });

export const logLineSchema = z
  .object({
    n: z.number().int(),
    at: z.string(),
    stream: z.enum(['stdout', 'stderr', 'platform']),
    text: z.string(),
    instance: z.string(),
  })
  .meta({ id: 'WorkloadLogLine' });
