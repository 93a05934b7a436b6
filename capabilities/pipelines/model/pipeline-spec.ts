import { z } from 'zod';

const name = z.string().regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, 'lower-case letters, digits and dashes, at most 63');

/** When a step runs. `default-branch`: not for pull requests or other branches. */
const when = z.enum(['always', 'default-branch', 'pull-request']).default('always');

/** One step: a command line, or one of the platform's actions. */
export const pipelineStepSchema = z
  .strictObject({
    id: name,
    name: z.string().min(1).optional(),
    run: z.string().min(1).optional().describe('A shell line, run isolated in a clean checkout.'),
    uses: z.string().min(1).optional().describe('An action of the platform, for example artifact:package.'),
    with: z.record(z.string(), z.unknown()).optional(),
    when,
    environment: z.record(z.string(), z.string()).optional(),
    testResults: z.string().min(1).optional().describe('File with JUnit XML or TAP, relative to the checkout.'),
    timeout: z.string().optional(),
    network: z
      .enum(['host', 'none'])
      .optional()
      .describe('`none` cuts a command off from every network but a loopback of its own, where the machine can do that. Default `host`.'),
  })
  .refine((step) => (step.run === undefined) !== (step.uses === undefined), { message: 'has exactly one of run and uses' })
  .refine((step) => step.network === undefined || step.run !== undefined, { message: 'network is for steps with run', path: ['network'] });

export const pipelineSpecSchema = z.strictObject({
  triggers: z
    .array(
      z.union([
        z.strictObject({ push: z.strictObject({ branches: z.array(z.string()).default(['default']) }) }),
        z.strictObject({ pullRequest: z.strictObject({}).default({}) }),
        z.strictObject({ manual: z.strictObject({}).default({}) }),
      ]),
    )
    .min(1),
  match: z
    .strictObject({
      types: z.array(z.string()).optional().describe('Component types, for example service.'),
      tags: z.array(z.string()).optional().describe('The component has at least one of these tags.'),
      repositories: z.array(z.string()).optional().describe('Repository slugs; `*` stands for any text.'),
    })
    .default({}),
  stages: z.array(z.strictObject({ name, steps: z.array(pipelineStepSchema).min(1) })).min(1),
});

export type PipelineSpec = z.infer<typeof pipelineSpecSchema>;
export type PipelineStep = z.infer<typeof pipelineStepSchema>;
