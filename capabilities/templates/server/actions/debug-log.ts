import { z } from 'zod';
import type { TemplateAction } from '../../index.ts';
import { isBinary, readFolder } from '../copy-files.ts';

const input = z.object({
  message: z.string().optional().describe('What to write to the log.'),
  listWorkspace: z
    .union([z.boolean(), z.enum(['with-filenames', 'with-contents'])])
    .optional()
    .describe('Also list the files, with their contents if wanted.'),
  extra: z.record(z.string(), z.unknown()).optional(),
});

export const debugLog: TemplateAction<z.infer<typeof input>> = {
  id: 'debug:log',
  description: 'Writes a message to the log, or lists the workspace.',
  input,
  examples: [{ description: 'Write a message', input: { message: 'Hello ${{ parameters.name }}' } }],
  supportsDryRun: true,
  async execute({ message, listWorkspace, extra }, context) {
    if (message !== undefined) context.step.log(message);
    if (extra !== undefined) context.step.log(JSON.stringify(extra, null, 2));
    if (listWorkspace === undefined || listWorkspace === false) return;
    const files = await readFolder(context.workspace);
    context.step.log('Workspace:');
    for (const file of files) {
      context.step.log(`  - ${file.path}`);
      if (listWorkspace === 'with-contents' && !isBinary(file.bytes)) context.step.log(file.bytes.toString('utf8').slice(0, 20_000));
    }
  },
};
