import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import {
  ApiError,
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
import { formatDuration, PavedError, parseRef, type JsonObject, type Problem } from '@paved/kernel';
import { askForValues, chooseTemplate, confirmCreation } from './ask.ts';
import { listFields } from './fields.ts';
import { collectValues, isObject, propertiesOf } from './values.ts';

interface Options {
  readonly set: string[];
  readonly values?: string;
  readonly fields?: boolean;
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
    .option('--fields', 'only show what the form asks for')
    .option('--preview', 'only show what would be made')
    .option('-y, --yes', 'ask nothing')
    .option('--no-wait', 'start it and return at once')
    .action(async (name: string | undefined, options: Options) => {
      const asks = cli.interactive && cli.format === 'table' && options.yes !== true;
      const wanted = name ?? (asks ? await choose(cli) : undefined);
      if (wanted === undefined) return list(cli);
      const ref = parseRef(wanted, { kind: 'template' });
      const path = { namespace: ref.namespace, name: ref.name };
      const { pages } = (await known(cli, wanted, () => cli.api.call(getTemplate, { path }))) as {
        pages: { title: string; schema: JsonObject }[];
      };
      if (options.fields === true) return listFields(cli, pages);
      const file = options.values === undefined ? undefined : { name: options.values, text: await readValues(options.values) };
      const given = collectValues(file, options.set, propertiesOf(pages));
      const values = asks ? await askForValues(cli.api, pages, given) : given;

      const preview = await cli.api.call(previewTemplate, { path, body: { values } });
      if (options.preview === true && cli.format !== 'table') return cli.show(preview);
      // What would stop it half-way is said before anything is made.
      if (!preview.valid) throw notValid(preview, wanted);
      if (options.preview === true) return say(cli, preview);
      if (asks) {
        say(cli, preview);
        await confirmCreation(`Create it${preview.typicalMs === undefined ? '' : ` (about ${formatDuration(preview.typicalMs)})`}?`);
      }
      const { runId } = await cli.api.call(executeTemplate, { path, body: { values } }).catch((error: unknown) => {
        throw error instanceof ApiError && error.code === 'invalid' && error.problems.length > 0
          ? new PavedError('invalid', error.message, { problems: error.problems, fix: fixFor(error.problems, wanted), cause: error })
          : error;
      });
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
  cli.list(
    await cards(cli),
    [
      { header: 'name', value: (card) => card.name },
      { header: 'title', value: (card) => card.title },
      { header: 'what it makes', value: (card) => card.description, narrow: 'wrap' },
      { header: 'owner', value: (card) => card.owner },
      { header: 'used', value: (card) => card.uses, align: 'right' },
      { header: 'takes', value: (card) => (card.typicalMs === undefined ? undefined : formatDuration(card.typicalMs)), align: 'right' },
    ],
    'There are no golden paths yet: register a catalog location that holds a Template.',
  );
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

/** Values that do not fit say enough; what else fails because of them does not. */
function notValid(preview: TemplatePreview, template: string): PavedError {
  const ofValues = preview.problems.filter(({ at }) => at.startsWith('/'));
  const all = [...preview.problems, ...(preview.error === undefined ? [] : [{ at: '/', ...preview.error }])];
  const problems = ofValues.length > 0 ? ofValues : all;
  return new PavedError('invalid', problems.map(({ message }) => message).join(' '), { problems, fix: fixFor(problems, template) });
}

/** What somebody at a command line does about values that are missing or do not fit. */
function fixFor(problems: readonly Problem[], template: string): string {
  const own = problems.map(({ fix }) => fix).find((fix) => fix !== undefined && !fix.startsWith('Give a value for '));
  return [own, `See what it asks for: paved create ${template} --fields`].filter((part) => part !== undefined).join('\n');
}

/** Asks for a golden path; when there is none of that name, says which there are. */
async function known<T>(cli: CliContext, wanted: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (cause) {
    if (!(cause instanceof ApiError) || cause.status !== 404) throw cause;
    const names = (await cards(cli)).map(({ name }) => name);
    throw new PavedError('not_found', `There is no golden path "${wanted}".`, {
      fix: names.length === 0 ? 'Register a catalog location that holds a Template.' : `There are ${names.join(', ')}.`,
      cause,
    });
  }
}

/** Where the portal shows an entity. */
function pageOf(cli: CliContext, ref: string): string {
  const { kind, namespace, name } = parseRef(ref, { kind: 'component' });
  return `${cli.api.server}/catalog/${namespace}/${kind}/${name}`;
}

function show(cli: CliContext, run: Run): void {
  if (cli.format !== 'table') cli.show(run);
  succeeded(run);
  if (cli.format !== 'table' || !isObject(run.output)) return;
  const links = Array.isArray(run.output['links']) ? run.output['links'].filter(isObject) : [];
  for (const link of links) cli.say(`${String(link['title'] ?? 'Link')}: ${String(link['url'] ?? pageOf(cli, String(link['entityRef'])))}`);
  const texts = Array.isArray(run.output['text']) ? run.output['text'].filter(isObject) : [];
  for (const part of texts) cli.say(`\n${String(part['content'] ?? '').trimEnd()}`);
}
