import { stat } from 'node:fs/promises';
import path from 'node:path';
import picomatch from 'picomatch';
import { z } from 'zod';
import { PavedError, type JsonObject } from '@paved/kernel';
import type { TemplateAction, TemplateActionContext } from '../../index.ts';
import { isBinary, readFolder, writeInside, type SourceFile } from '../copy-files.ts';
import { inside } from '../inside.ts';
import type { Sandbox } from '../sandbox.ts';

const input = z.object({
  url: z.string().min(1).describe('Folder of the skeleton, relative to the template: ./skeleton.'),
  targetPath: z.string().optional().describe('Folder of the workspace to write to. Default, its root.'),
  values: z.record(z.string(), z.unknown()).optional().describe('What the files see as ${{ values.… }}.'),
  copyWithoutTemplating: z
    .array(z.string())
    .optional()
    .describe('Globs of files whose content is copied as it is; their paths are still rendered.'),
  copyWithoutRender: z.array(z.string()).optional().describe('The old name of copyWithoutTemplating; paths are not rendered either.'),
  templateFileExtension: z
    .union([z.string(), z.boolean()])
    .optional()
    .describe('Only files with this extension are rendered, and lose it. true means .njk.'),
  cookiecutterCompat: z.boolean().optional().describe('Reads {{ cookiecutter.… }} and {{ … }} instead.'),
  replace: z.boolean().optional().describe('Overwrites files that are there already.'),
  trimBlocks: z.boolean().optional(),
  lstripBlocks: z.boolean().optional(),
  token: z.string().optional(),
});

/** Files rendered in one go: enough to be quick, few enough that a slow file is named soon. */
const BATCH = 20;

export function fetchTemplate(deps: { sandbox: Sandbox }): TemplateAction<z.infer<typeof input>> {
  return {
    id: 'fetch:template',
    description: 'Copies a folder into the workspace and renders paths and contents with the values.',
    input,
    examples: [{ description: 'Render a skeleton', input: { url: './skeleton', values: { name: '${{ parameters.name }}' } } }],
    supportsDryRun: true,
    async execute(given, context) {
      if (given.copyWithoutRender !== undefined && given.copyWithoutTemplating !== undefined) {
        throw new PavedError('invalid', 'copyWithoutRender and copyWithoutTemplating exclude each other.', {
          fix: 'Keep copyWithoutTemplating.',
        });
      }
      const files = await readFolder(await sourceFolder(given.url, context));
      const raw = matcher(given.copyWithoutTemplating ?? given.copyWithoutRender ?? []);
      const fixedPath = matcher(given.copyWithoutRender ?? []);
      const extension = given.templateFileExtension === true ? '.njk' : given.templateFileExtension || undefined;
      const values = (given.values ?? {}) as JsonObject;
      const scope = given.cookiecutterCompat === true ? { cookiecutter: values, values } : { values };
      const options = {
        cookiecutterCompat: given.cookiecutterCompat ?? false,
        trimBlocks: given.trimBlocks ?? false,
        lstripBlocks: given.lstripBlocks ?? false,
      };
      const isRendered = (file: SourceFile): boolean =>
        !raw(file.path) && !isBinary(file.bytes) && (extension === undefined || file.path.endsWith(extension));

      const paths = await deps.sandbox.texts(
        'The path of file',
        files.map((file) => ({ name: file.path, text: fixedPath(file.path) ? '' : stripped(file.path, extension) })),
        scope,
        options,
      );
      let written = 0;
      for (let start = 0; start < files.length; start += BATCH) {
        const batch = files.slice(start, start + BATCH);
        const rendered = batch.filter(isRendered);
        const texts = await deps.sandbox.texts(
          'In file',
          rendered.map((file) => ({ name: file.path, text: file.bytes.toString('utf8') })),
          scope,
          options,
        );
        const contents = new Map(rendered.map((file, index) => [file, texts[index] ?? '']));
        for (const [index, file] of batch.entries()) {
          const target = fixedPath(file.path) ? file.path : (paths[start + index] ?? '');
          // A name that renders to nothing, in any part, means: not this time.
          if (target.split('/').some((part) => part.trim() === '')) {
            context.step.log(`- ${file.path} (left out)`);
            continue;
          }
          const wrote = await writeInside(
            context.workspace,
            path.posix.join(given.targetPath ?? '', target),
            contents.get(file) ?? file.bytes,
            {
              mode: file.mode,
              replace: given.replace ?? false,
            },
          );
          if (wrote) written++;
          context.step.log(wrote ? `+ ${target}` : `= ${target} (kept)`);
        }
      }
      context.step.log(`${written} of ${files.length} files written.`);
    },
  };
}

/** The folder or file that a relative `url` means. It cannot leave the place that the template came from. */
export async function sourcePath(url: string, context: TemplateActionContext): Promise<string> {
  if (/^[a-z][a-z0-9+.-]*:/i.test(url)) {
    throw new PavedError('unsupported', `The source "${url}" is not next to the template.`, {
      fix: 'Keep the files beside the template and write url: ./skeleton.',
    });
  }
  const relative = path.relative(context.templateRoot, path.resolve(context.templateFolder, url)) || '.';
  return inside(context.templateRoot, relative, 'The source');
}

export async function sourceFolder(url: string, context: TemplateActionContext): Promise<string> {
  const folder = await sourcePath(url, context);
  if (!(await stat(folder).catch(() => undefined))?.isDirectory()) {
    throw new PavedError('invalid', `The template has no folder "${url}".`, { fix: 'Correct url, or add the folder beside the template.' });
  }
  return folder;
}

const stripped = (file: string, extension: string | undefined): string =>
  extension !== undefined && file.endsWith(extension) ? file.slice(0, -extension.length) : file;

/** Globs as Backstage reads them: dot files count, a folder means everything below it. */
function matcher(globs: readonly string[]): (file: string) => boolean {
  if (globs.length === 0) return () => false;
  return picomatch(
    globs.flatMap((glob) => [glob.replace(/^\.\//, ''), `${glob.replace(/^\.\//, '').replace(/\/$/, '')}/**`]),
    { dot: true },
  );
}
