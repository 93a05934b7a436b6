import { pageOf } from '@paved/host';
import { z } from 'zod';
import { lifecycles } from '../model/wanted.ts';

const actions = ['create', 'update', 'replace', 'delete', 'orphan', 'restore', 'none'] as const;
const actor = z.object({ ref: z.string(), displayName: z.string() });

export const importBody = z.strictObject({
  source: z
    .string()
    .min(1)
    .max(2000)
    .describe('Absolute path of a repository on the server, or its https URL; a user and password in it are kept sealed.'),
  name: z.string().min(1).max(63).optional().describe('Name of the service and its repository. Default: the last part of the source.'),
  owner: z.string().min(1).max(300).describe('The group that owns it, for example `playback`; its name is the project of the repository.'),
  system: z.string().min(1).max(300).optional().describe('The system it is part of.'),
  type: z
    .string()
    .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/)
    .default('service')
    .describe('Component type: `service`, `website`, `worker`, `job`, `library`.'),
  lifecycle: z.enum(lifecycles).default('production'),
  description: z.string().max(500).optional(),
  slug: z.string().max(200).optional().describe('`<project>/<name>` of the repository, when it is to be another one.'),
});

export const importStarted = z
  .object({
    runId: z.string(),
    slug: z.string(),
    component: z.string().describe('The ref it gets unless its own catalog file says another.'),
  })
  .meta({ id: 'ServiceImport' });

const keptFields = {
  uid: z.string(),
  key: z.string(),
  type: z.string(),
  id: z.string().describe('What has to be typed to destroy it.'),
  environment: z.string(),
  bytes: z.number().optional().describe('Size when its driver told it last.'),
};

export const removalSchema = z
  .object({
    component: z.string(),
    name: z.string().describe('What has to be typed to confirm.'),
    title: z.string(),
    ownerRefs: z.array(z.string()),
    environments: z.array(
      z.object({
        name: z.string(),
        title: z.string(),
        protected: z.boolean(),
        url: z.string().optional(),
        version: z.string().optional(),
        nodes: z
          .array(z.object({ uid: z.string(), key: z.string(), type: z.string(), id: z.string(), action: z.enum(actions) }))
          .describe('`orphan` is kept aside.'),
      }),
    ),
    variables: z.array(z.object({ environment: z.string(), name: z.string(), kind: z.enum(['variable', 'secret']) })),
    repository: z
      .object({
        slug: z.string(),
        commits: z.number().int(),
        branches: z.number().int(),
        openPullRequests: z.number().int(),
        bytes: z.number(),
        stays: z.string().optional().describe('Why it is not deleted in any case.'),
      })
      .optional(),
    catalog: z.object({
      entities: z.array(z.string()).describe('Refs that leave the catalog.'),
      locationId: z.string().optional(),
      stays: z.string().optional().describe('Why its entry is not removed.'),
    }),
    kept: z.array(z.object(keptFields)).describe('Data that stays until it is destroyed at /api/services/kept.'),
    digest: z.string().describe('Pass it as `expected` to delete exactly this or nothing.'),
  })
  .meta({ id: 'ServiceRemoval' });

export const keptPage = pageOf(
  z.object({
    ...keptFields,
    component: z.string(),
    deleted: z.object({ at: z.iso.datetime(), by: actor, runId: z.string() }).optional().describe('Absent while its service exists.'),
    ownerRefs: z.array(z.string()),
    keptAt: z.iso.datetime(),
    mayDestroy: z.boolean(),
  }),
).meta({ id: 'KeptDataPage' });

export const runStarted = z.object({ runId: z.string() });
