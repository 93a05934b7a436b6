import path from 'node:path';
import { z } from 'zod';
import type { TemplateAction } from '../../index.ts';
import { readFolder, writeInside } from '../copy-files.ts';
import { sourceFolder } from './fetch-template.ts';

const input = z.object({
  url: z.string().min(1).describe('Folder relative to the template.'),
  targetPath: z.string().optional().describe('Folder of the workspace to write to. Default, its root.'),
  token: z.string().optional(),
});

export const fetchPlain: TemplateAction<z.infer<typeof input>> = {
  id: 'fetch:plain',
  description: 'Copies a folder into the workspace as it is.',
  input,
  examples: [{ description: 'Copy a folder', input: { url: './files', targetPath: 'vendor' } }],
  supportsDryRun: true,
  async execute({ url, targetPath }, context) {
    const files = await readFolder(await sourceFolder(url, context));
    for (const file of files)
      await writeInside(context.workspace, path.posix.join(targetPath ?? '', file.path), file.bytes, { mode: file.mode, replace: true });
    context.step.log(`${files.length} files copied.`);
  },
};
