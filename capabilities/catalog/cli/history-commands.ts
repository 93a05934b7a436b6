import type { Command } from 'commander';
import type { CliContext } from '@paved/client';
import { parseRef, PavedError, type Entity, type Page } from '@paved/kernel';
import type { Difference } from '../model/history/diff.ts';
import { between, differencesFromCatalog, documentsOf, fieldName, listDifferences, shown } from './differences.ts';
import { documentFiles } from './document-files.ts';
import { existing } from './existing.ts';
import { AT, atThen, moment } from './moment.ts';
import { wholeNumber } from './whole-number.ts';

interface Version {
  readonly ref: string;
  readonly version: number;
  readonly change: 'added' | 'updated' | 'removed';
  readonly kind: string;
  readonly title: string;
  readonly at: string;
  readonly actor?: string;
  readonly cause?: string;
  readonly revision?: string;
  readonly diff: readonly Difference[];
}
interface DiffOptions {
  readonly file?: string[];
  readonly exitCode?: boolean;
}
type WholeVersion = Version & { readonly entity?: Entity };

/** `history`, `diff`, `changes`. */
export function registerHistory(command: Command, cli: CliContext): void {
  command
    .command('history <ref>')
    .description('every version of an entity, also of one that is gone: who, why, which commit')
    .option('--version <n>', 'show this version, whole')
    .option('--yaml', 'with --version: the document that brings it back, as YAML')
    .option('--limit <n>', 'at most so many', wholeNumber(1), 50)
    .option('--at <time>', AT)
    .action(async (ref: string, options: { version?: string; yaml?: boolean; limit: number; at?: string }) => {
      if (options.version !== undefined) {
        const path = `${historyPath(ref)}/${versionNumber(options.version)}`;
        if (options.yaml === true) {
          cli.say((await cli.api.text(path, { format: 'yaml', ...atThen(options.at) })).trimEnd());
          return;
        }
        const version = await cli.api.get<WholeVersion>(path, atThen(options.at));
        cli.show(version.entity ?? version, [
          ['Version', version.version],
          ['Change', version.change],
          ['At', version.at],
          ['By', version.actor],
          ['Why', version.cause],
          ['Commit', version.revision],
          ...version.diff.map((one): [string, string] => [fieldName(one.path), `${shown(one.before)} → ${shown(one.after)}`]),
        ]);
        return;
      }
      const { items, totalItems } = await existing(cli, ref, () =>
        cli.api.get<Page<Version>>(historyPath(ref), { limit: options.limit, ...atThen(options.at) }),
      );
      cli.list(items, [
        { header: 'VERSION', value: (item) => item.version },
        { header: 'AT', value: (item) => item.at },
        { header: 'CHANGE', value: (item) => item.change },
        { header: 'BY', value: (item) => item.actor },
        { header: 'WHY', value: (item) => item.cause },
        { header: 'COMMIT', value: (item) => item.revision?.slice(0, 10) },
        { header: 'FIELDS', value: (item) => fieldsOf(item), narrow: 'wrap' },
      ]);
      if (totalItems > items.length) cli.say(`${totalItems - items.length} older; see them with --limit.`);
    });

  command
    .command('diff [ref] [from] [to]')
    .description('what differs between two versions (default: the last two), or between files and the catalog (-f)')
    .option('-f, --file <files...>', 'YAML or JSON files to compare with what the catalog has; - reads standard input')
    .option('--exit-code', 'end with 1 when something differs')
    .action(async (ref: string | undefined, from: string | undefined, to: string | undefined, options: DiffOptions) => {
      if (options.file !== undefined) {
        const rows = await differencesFromCatalog(cli, documentsOf(await documentFiles(options.file)));
        return listDifferences(cli, rows, 'The catalog says the same.', options.exitCode);
      }
      if (ref === undefined)
        throw new PavedError('invalid', 'Nothing says what to compare.', {
          fix: 'Name an entity: paved catalog diff checkout; or files: paved catalog diff -f catalog-info.yaml.',
        });
      const newest = (await existing(cli, ref, () => cli.api.get<Page<Version>>(historyPath(ref), { limit: 1 }))).items[0]?.version ?? 1;
      const after = to === undefined ? newest : versionNumber(to);
      const before = from === undefined ? after - 1 : versionNumber(from);
      const [a, b] = await Promise.all(
        [before, after].map((n) => (n < 1 ? Promise.resolve(undefined) : cli.api.get<WholeVersion>(`${historyPath(ref)}/${n}`))),
      );
      listDifferences(cli, between(a?.entity, b?.entity), `Versions ${before} and ${after} are the same.`, options.exitCode);
    });

  command
    .command('changes')
    .description('what was added, changed and removed, the newest first')
    .option('--since <time>', 'ISO 8601, or how long ago: 2h, 3d, 1w', '1w')
    .option('--until <time>', 'ISO 8601, or how long ago')
    .option('--team <ref>', 'only what this group, or one in it, owned')
    .option('--system <ref>', 'only this system or domain and its parts')
    .option('--kind <kinds>', 'only these kinds, parted by commas')
    .option('--limit <n>', 'at most so many', wholeNumber(1), 100)
    .action(async (options: { since: string; until?: string; team?: string; system?: string; kind?: string; limit: number }) => {
      const { items, totalItems } = await cli.api.get<Page<Version>>('/api/catalog/changes', {
        since: moment(options.since),
        limit: options.limit,
        ...(options.until === undefined ? {} : { until: moment(options.until) }),
        ...(options.team === undefined ? {} : { team: options.team }),
        ...(options.system === undefined ? {} : { system: options.system }),
        ...(options.kind === undefined ? {} : { kind: options.kind }),
      });
      cli.list(
        items,
        [
          { header: 'AT', value: (item) => item.at },
          { header: 'ENTITY', value: (item) => item.ref },
          { header: 'CHANGE', value: (item) => item.change },
          { header: 'BY', value: (item) => item.actor },
          { header: 'COMMIT', value: (item) => item.revision?.slice(0, 10) },
          { header: 'FIELDS', value: (item) => fieldsOf(item) },
        ],
        `Nothing has changed since ${options.since}.`,
      );
      if (totalItems > items.length) cli.say(`${totalItems - items.length} more; see them with --limit.`);
    });
}

const historyPath = (ref: string): string => {
  const { kind, namespace, name } = parseRef(ref, { kind: 'component' });
  return `/api/catalog/entities/by-name/${[kind, namespace, name].map(encodeURIComponent).join('/')}/history`;
};

const fieldsOf = (version: Version): string => {
  const paths = version.diff.map((one) => fieldName(one.path));
  return paths.length > 4 ? `${paths.slice(0, 4).join(', ')} and ${paths.length - 4} more` : paths.join(', ');
};

function versionNumber(text: string): number {
  const n = Number(text.replace(/^v/i, ''));
  if (!Number.isInteger(n) || n < 0)
    throw new PavedError('invalid', `"${text}" is no version.`, { fix: 'Versions are numbers: paved catalog history lists them.' });
  return n;
}
