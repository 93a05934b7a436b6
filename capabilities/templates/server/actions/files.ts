import { mkdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import picomatch from 'picomatch';
import { z } from 'zod';
import { PavedError } from '@paved/kernel';
import type { TemplateAction } from '../../index.ts';
import { readFolder } from '../copy-files.ts';
import { inside } from '../inside.ts';

const deleteInput = z.object({ files: z.array(z.string()).describe('Files, folders or globs below the workspace.') });

export const deleteFiles: TemplateAction<z.infer<typeof deleteInput>> = {
  id: 'fs:delete',
  description: 'Deletes files and folders of the workspace.',
  input: deleteInput,
  examples: [{ description: 'Delete by name and by glob', input: { files: ['LICENSE', 'docs/*.draft.md'] } }],
  supportsDryRun: true,
  async execute({ files }, context) {
    for (const pattern of files) {
      const relative = pattern.replace(/^\.\//, '');
      // Checked also for globs: a pattern with .. must not reach out.
      const direct = await inside(context.workspace, relative, 'The path');
      if (direct === (await inside(context.workspace, '.', 'The path')))
        throw new PavedError('invalid', `The path "${pattern}" is the whole workspace.`, { fix: 'Name what is in it, or use **.' });
      const matches = picomatch(relative, { dot: true });
      const found = (await readFolder(context.workspace)).filter((file) => matches(file.path)).map((file) => file.path);
      for (const file of found) await rm(await inside(context.workspace, file, 'The path'), { force: true });
      const there = (await stat(direct).catch(() => undefined)) !== undefined;
      if (there) await rm(direct, { recursive: true, force: true });
      context.step.log(`${pattern}: ${found.length + (there && !found.includes(relative) ? 1 : 0)} deleted`);
    }
  },
};

const renameInput = z.object({ files: z.array(z.object({ from: z.string(), to: z.string(), overwrite: z.boolean().optional() })) });

export const renameFiles: TemplateAction<z.infer<typeof renameInput>> = {
  id: 'fs:rename',
  description: 'Renames or moves files and folders of the workspace.',
  input: renameInput,
  examples: [{ description: 'Move a file', input: { files: [{ from: 'a.txt', to: 'b/a.txt', overwrite: true }] } }],
  supportsDryRun: true,
  async execute({ files }, context) {
    for (const { from, to, overwrite } of files) {
      const source = await inside(context.workspace, from, 'The path');
      const target = await inside(context.workspace, to, 'The path');
      const [hasSource, hasTarget] = await Promise.all(
        [source, target].map(async (file) => (await stat(file).catch(() => undefined)) !== undefined),
      );
      // The attempt before this one may have done it already.
      if (!hasSource && hasTarget && context.step.attempt > 1) continue;
      if (!hasSource) throw new PavedError('invalid', `The workspace has no "${from}" to rename.`);
      if (hasTarget && overwrite !== true)
        throw new PavedError('invalid', `"${to}" is there already.`, { fix: 'Set overwrite: true, or choose another name.' });
      await mkdir(path.dirname(target), { recursive: true });
      if (hasTarget) await rm(target, { recursive: true, force: true });
      await rename(source, target);
      context.step.log(`${from} → ${to}`);
    }
  },
};
