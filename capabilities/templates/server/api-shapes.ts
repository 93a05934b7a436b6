import { z } from 'zod';

const json = z.unknown();
const object = z.record(z.string(), json);

export const problem = z.object({ at: z.string(), message: z.string(), fix: z.string().optional() });

export const templateCard = z
  .object({
    ref: z.string(),
    name: z.string(),
    namespace: z.string(),
    title: z.string(),
    description: z.string(),
    type: z.string(),
    owner: z.string().optional(),
    tags: z.array(z.string()),
    icon: z.string().optional(),
    steps: z.number().int(),
    uses: z.number().int(),
    typicalMs: z.number().optional().describe('Median time of the last successful uses, in milliseconds.'),
    problems: z.array(problem).describe('Why it cannot be used.'),
  })
  .meta({ id: 'TemplateCard' });

export const parameterPage = z.object({ title: z.string(), description: z.string().optional(), schema: object });

export const templateDetail = z
  .object({
    card: templateCard,
    pages: z.array(parameterPage),
    secretsSchema: object.optional(),
    presentation: object.optional(),
    steps: z.array(z.object({ id: z.string(), name: z.string(), action: z.string() })),
  })
  .meta({ id: 'TemplateDetail' });

const logLine = z.object({ message: z.string(), stepId: z.string().optional(), status: z.string().optional() });
const stepOutcome = z.object({ id: z.string(), name: z.string(), action: z.string(), status: z.string() });

export const preview = z
  .object({
    valid: z.boolean(),
    problems: z.array(problem),
    steps: z.array(stepOutcome),
    files: z.array(z.object({ path: z.string(), size: z.number().int(), executable: z.boolean() })),
    entities: z.array(
      z.object({ ref: z.string(), kind: z.string(), name: z.string(), type: z.string().optional(), owner: z.string().optional() }),
    ),
    resources: z.array(z.object({ name: z.string(), type: z.string(), class: z.string() })),
    repository: z.string().optional(),
    typicalMs: z.number().optional(),
    log: z.array(logLine),
    error: z.object({ message: z.string(), fix: z.string().optional() }).optional(),
  })
  .meta({ id: 'TemplatePreview' });

export const action = z
  .object({
    id: z.string(),
    description: z.string(),
    examples: z.array(z.object({ description: z.string(), example: z.string() })),
    schema: z.object({ input: object, output: object.optional() }),
    supportsDryRun: z.boolean(),
  })
  .meta({ id: 'TemplateAction' });

/** Backstage's task (plugins/scaffolder OpenAPI); `spec` is its TaskSpec. */
export const task = z
  .object({
    id: z.string(),
    spec: object,
    status: z.enum(['open', 'processing', 'completed', 'failed', 'cancelled', 'skipped']),
    createdAt: z.string(),
    lastHeartbeatAt: z.string().optional(),
    createdBy: z.string(),
  })
  .meta({ id: 'ScaffolderTask' });

export const taskEvent = z
  .object({
    id: z.number().int(),
    isTaskRecoverable: z.boolean(),
    taskId: z.string(),
    body: object,
    type: z.string(),
    createdAt: z.string(),
  })
  .meta({ id: 'ScaffolderTaskEvent' });

export const dryRunAnswer = z
  .object({
    log: z.array(z.object({ body: logLine })),
    directoryContents: z.array(z.object({ path: z.string(), executable: z.boolean(), base64Content: z.string() })),
    output: object,
    steps: z.array(stepOutcome),
    error: z
      .object({ message: z.string(), fix: z.string().optional() })
      .optional()
      .describe('What stopped it; the log up to there is kept.'),
  })
  .meta({ id: 'ScaffolderDryRun' });

/** Backstage answers 400 with the errors of its JSON Schema library. */
export const valueErrors = z.object({
  errors: z.array(z.object({ path: z.array(z.string()), property: z.string(), message: z.string(), name: z.string(), stack: z.string() })),
});
