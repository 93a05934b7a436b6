import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import {
  executeTemplate,
  followRun,
  getTemplate,
  listTemplates,
  previewTemplate,
  succeeded,
  type CliContext,
  type Run,
  type TemplateCard,
  type TemplatePreview,
} from '@paved/client';
import { formatDuration, PavedError, parseRef, type JsonObject } from '@paved/kernel';
import { askForValues, chooseTemplate, confirmCreation } from './ask.ts';
import { collectValues, isObject, propertiesOf } from './values.ts';

interface Options {
  readonly set: string[];
  readonly values?: string;
  readonly preview?: boolean;
  readonly yes?: boolean;
  readonly wait: boolean;
}

/** `paved create [template]`: a golden path from the terminal, by questions or by flags. */
export function register(program: Command, cli: CliContext): void {
  program
    .command('create [template]')
    .description('create something from a golden path; without a name, lists them')
    .option('--set <key=value>', 'a value of the form; repeat it, dots go deeper', (value: string, all: string[]) => [...all, value], [])
    .option('--values <file>', 'values from a YAML or JSON file')
    .option('--preview', 'only show what would be made')
    .option('-y, --yes', 'ask nothing')
    .option('--no-wait', 'start it and return at once')
    .action(async (name: string | undefined, options: Options) => {
      const asks = cli.interactive && cli.format === 'table' && options.yes !== true;
      const wanted = name ?? (asks ? await choose(cli) : undefined);
      if (wanted === undefined) return list(cli);
      const ref = parseRef(wanted, { kind: 'template' });
      const path = { namespace: ref.namespace, name: ref.name };
      const pages = (await cli.api.call(getTemplate, { path })).pages as { title: string; schema: JsonObject }[];
      const file = options.values === undefined ? undefined : { name: options.values, text: await readValues(options.values) };
      const given = collectValues(file, options.set, propertiesOf(pages));
      const values = asks ? await askForValues(cli.api, pages, given) : given;

      if (options.preview === true || asks) {
        const preview = await cli.api.call(previewTemplate, { path, body: { values } });
        if (options.preview === true && cli.format !== 'table') return cli.show(preview);
        say(cli, preview);
        if (!preview.valid) throw notValid(preview);
        if (options.preview === true) return;
        await confirmCreation(`Create it${preview.typicalMs === undefined ? '' : ` (about ${formatDuration(preview.typicalMs)})`}?`);
      }
      const { runId } = await cli.api.call(executeTemplate, { path, body: { values } });
      if (!options.wait) {
        if (cli.format !== 'table') return cli.show({ runId });
        return cli.say(`${runId} is under way. Follow it with: paved runs logs -f ${runId}`);
      }
      show(cli, await followRun(cli, runId));
    });
}

async function cards(cli: CliContext): Promise<readonly TemplateCard[]> {
  return (await cli.api.call(listTemplates)).items;
}

async function choose(cli: CliContext): Promise<string> {
  const all = await cards(cli);
  if (all.length === 0)
    throw new PavedError('not_found', 'There are no golden paths yet.', { fix: 'Register a catalog location that holds a Template.' });
  return chooseTemplate(all.map((card) => ({ value: card.ref, label: card.title, hint: card.description })));
}

async function list(cli: CliContext): Promise<void> {
  cli.list(await cards(cli), [
    { header: 'name', value: (card) => card.name },
    { header: 'title', value: (card) => card.title },
    { header: 'owner', value: (card) => card.owner },
    { header: 'used', value: (card) => card.uses, align: 'right' },
    { header: 'takes', value: (card) => (card.typicalMs === undefined ? undefined : formatDuration(card.typicalMs)), align: 'right' },
  ]);
}

async function readValues(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new PavedError('invalid', `${file} cannot be read: ${cause.code === 'ENOENT' ? 'there is no such file' : cause.message}.`, {
      cause,
    });
  });
}

function say(cli: CliContext, preview: TemplatePreview): void {
  if (preview.repository !== undefined) cli.say(`  repository  ${preview.repository}, ${preview.files.length} files`);
  for (const { ref } of preview.entities) cli.say(`  catalog     ${ref}`);
  for (const { name, type } of preview.resources) cli.say(`  resource    ${name} (${type})`);
}

function notValid(preview: TemplatePreview): PavedError {
  const problems = [...preview.problems, ...(preview.error === undefined ? [] : [{ at: '/', ...preview.error }])];
  const fix = problems[0]?.fix;
  return new PavedError('invalid', problems.map(({ message }) => message).join(' '), { problems, ...(fix === undefined ? {} : { fix }) });
}

function show(cli: CliContext, run: Run): void {
  if (cli.format !== 'table') cli.show(run);
  succeeded(run);
  if (cli.format !== 'table' || !isObject(run.output)) return;
  const links = Array.isArray(run.output['links']) ? run.output['links'].filter(isObject) : [];
  for (const link of links) cli.say(`${String(link['title'] ?? 'Link')}: ${String(link['url'] ?? link['entityRef'])}`);
  const texts = Array.isArray(run.output['text']) ? run.output['text'].filter(isObject) : [];
  for (const part of texts) cli.say(`\n${String(part['content'] ?? '').trimEnd()}`);
}
