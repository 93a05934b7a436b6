import { z } from 'zod';
import type { RunKind } from '../index.ts';

const input = z.strictObject({ label: z.string().max(200).optional().describe('Shown in the title.') });

/** Five steps that do nothing: shows that runs work, and how fast. */
export const noop: RunKind<z.infer<typeof input>, { steps: number }> = {
  kind: 'runs.noop',
  input,
  title: ({ label }) => (label === undefined ? 'Do nothing in five steps' : `Do nothing in five steps: ${label}`),
  plan: () => [1, 2, 3, 4, 5].map((n) => ({ id: `step-${n}`, title: `Step ${n}` })),
  permission: 'runs.run.create',
  async execute(run) {
    for (const n of [1, 2, 3, 4, 5]) await run.step(`step-${n}`, { title: `Step ${n}` }, async () => n);
    return { steps: 5 };
  },
};
