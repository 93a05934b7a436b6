import type { Command } from 'commander';
import type { CliContext, Tone } from '@paved/client';
import { formatDuration, parseRef, PavedError, type Page } from '@paved/kernel';
import { existing } from './existing.ts';
import { AT, atThen } from './moment.ts';

interface Source {
  readonly id: string;
  readonly type: string;
  readonly target: string;
  readonly state: string;
  readonly entities: number;
  readonly problems: number;
  readonly readAt?: string;
  readonly nextReadAt?: string;
  readonly durationMs?: number;
  readonly failure?: { readonly message: string };
  readonly pendingRemoval?: { readonly removes: number; readonly of: number };
}

interface Analysis {
  readonly type: string;
  readonly target: string;
  readonly entities: readonly { ref: string; source: string; line: number; claimedBy?: string }[];
  readonly problems: readonly { source: string; line: number; message: string; fix?: string }[];
}

/** Held and failing sources bring nothing; the others only want a look. */
const stateTone = ({ state }: Source): Tone | undefined =>
  state === 'ok' ? 'good' : state === 'held' || state === 'failing' ? 'bad' : state === 'new' ? undefined : 'look';

/** `sources`, `refresh`, `problems`, `orphans`, `import`, `locations`. */
export function registerSources(command: Command, cli: CliContext): void {
  command
    .command('sources')
    .description('where the catalog reads from and how that goes, worst first')
    .option('--state <state>', 'only held, failing, waiting, problems, left, new or ok')
    .option('--search <text>', 'only those with this text in their address')
    .option('--at <time>', AT)
    .action(async (options: { state?: string; search?: string; at?: string }) => {
      cli.list(await sources(cli, { ...options, ...atThen(options.at) }), [
        { header: 'STATE', value: (source) => source.state, tone: stateTone },
        { header: 'SOURCE', value: (source) => `${source.type}:${source.target}`, narrow: 'wrap' },
        { header: 'ENTITIES', value: (source) => source.entities },
        { header: 'PROBLEMS', value: (source) => source.problems },
        { header: 'READ', value: (source) => source.readAt },
        { header: 'TOOK', value: (source) => (source.durationMs === undefined ? undefined : formatDuration(source.durationMs)) },
        { header: 'NEXT', value: (source) => source.nextReadAt },
        {
          header: 'REASON',
          value: (source) =>
            source.failure?.message ??
            (source.pendingRemoval === undefined
              ? undefined
              : `would remove ${source.pendingRemoval.removes} of ${source.pendingRemoval.of} entities`),
        },
      ]);
    });

  command
    .command('refresh [what]')
    .description('read a source again: of an entity, by its address or ID, or all')
    .option('--all', 'every source')
    .action(async (what: string | undefined, options: { all?: boolean }) => {
      if (options.all === true) {
        const all = await sources(cli, {});
        for (const source of all) await cli.api.post(`/api/catalog/sources/${source.id}/refresh`, {});
        return cli.say(`${all.length} ${all.length === 1 ? 'source is' : 'sources are'} read again.`);
      }
      if (what === undefined)
        throw new PavedError('invalid', 'Nothing says what to read.', { fix: 'Name an entity, the address or ID of a source, or --all.' });
      if (/^[a-z][a-z0-9+.-]*:\/\/|^\/|^[0-9a-f-]{36}$|\.git\b/i.test(what)) {
        const source = await sourceOf(cli, what);
        const { runId } = await cli.api.post<{ runId: string }>(`/api/catalog/sources/${source.id}/refresh`, {});
        return cli.say(`${source.target} is read again: ${runId}.`);
      }
      const { kind, namespace, name } = parseRef(what, { kind: 'component' });
      await existing(cli, what, () => cli.api.post('/api/catalog/refresh', { entityRef: `${kind}:${namespace}/${name}` }));
      cli.say(`The source of ${kind}:${namespace}/${name} is read again.`);
    });

  command
    .command('problems')
    .description('broken documents, conflicts, missing files and removals that wait, with reason and line')
    .option('--at <time>', AT)
    .action(async (options: { at?: string }) => {
      const items = await every<{ kind: string; source: string; line: number; message: string; fix?: string }>(
        cli,
        '/api/catalog/problems',
        atThen(options.at),
      );
      cli.list(
        items,
        [
          { header: 'KIND', value: (problem) => problem.kind },
          { header: 'WHERE', value: (problem) => `${problem.source}:${problem.line}` },
          { header: 'PROBLEM', value: (problem) => problem.message, narrow: 'wrap' },
          { header: 'FIX', value: (problem) => problem.fix, narrow: 'wrap' },
        ],
        'Every document could be read.',
      );
    });

  command
    .command('orphans')
    .description('entities that no source names any more, with who named them before')
    .option('--remove', 'remove all of them')
    .option('--at <time>', AT)
    .action(async (options: { remove?: boolean; at?: string }) => {
      if (options.remove === true && options.at !== undefined)
        throw new PavedError('invalid', 'The past cannot be changed.', { fix: 'Leave out --remove or --at.' });
      if (options.remove === true) {
        const { removed } = await cli.api.post<{ removed: string[] }>('/api/catalog/orphans/remove', {});
        return cli.say(`${removed.length} ${removed.length === 1 ? 'orphan is' : 'orphans are'} removed.`);
      }
      const items = await every<{ ref: string; since: string; reason: string }>(cli, '/api/catalog/orphans', atThen(options.at));
      cli.list(
        items,
        [
          { header: 'ENTITY', value: (orphan) => orphan.ref },
          { header: 'SINCE', value: (orphan) => orphan.since },
          { header: 'REASON', value: (orphan) => orphan.reason },
        ],
        'There are no orphans: every entity has a source that names it.',
      );
    });

  command
    .command('import <address>')
    .description('register a file, folder, address or Git repository')
    .option('--type <type>', 'url, git, file or directory; told from the address without it')
    .option('--dry-run', 'only say what it would bring')
    .action(async (target: string, options: { type?: string; dryRun?: boolean }) => {
      const found = await cli.api.post<Analysis>('/api/catalog/sources/analyze', {
        target,
        ...(options.type === undefined ? {} : { type: options.type }),
      });
      cli.list(
        [
          ...found.entities.map((entity) => ({
            what: entity.ref,
            where: `${entity.source}:${entity.line}`,
            note: entity.claimedBy === undefined ? '' : `stands in ${entity.claimedBy} already and stays as it is there`,
          })),
          ...found.problems.map((problem) => ({
            what: 'problem',
            where: `${problem.source}:${problem.line}`,
            note: `${problem.message} ${problem.fix ?? ''}`.trim(),
          })),
        ],
        [
          { header: 'WHAT', value: (line) => line.what },
          { header: 'WHERE', value: (line) => line.where },
          { header: 'NOTE', value: (line) => line.note },
        ],
      );
      if (options.dryRun === true) return;
      const { location } = await cli.api.post<{ location: { id: string } }>('/api/catalog/locations', {
        type: found.type,
        target: found.target,
      });
      cli.say(`${found.type}:${found.target} is registered: ${location.id}.`);
    });

  const locations = command.command('locations').description('remove sources, and what waits in them');
  locations
    .command('remove <address>')
    .description('remove a source, by address or ID, with everything it brought')
    .action(async (what: string) => {
      const source = await sourceOf(cli, what);
      await cli.api.delete(`/api/catalog/locations/${source.id}`);
      cli.say(`${source.type}:${source.target} is removed.`);
    });
  locations
    .command('confirm-removal <address>')
    .description('let a source remove what it no longer names, when that is so much that it waits for a person')
    .action(async (what: string) => {
      const source = await sourceOf(cli, what);
      if (source.pendingRemoval === undefined) return cli.say(`Nothing waits in ${source.target}.`);
      await cli.api.post(`/api/catalog/sources/${source.id}/confirm-removal`, {});
      cli.say(`${source.pendingRemoval.removes} entities of ${source.target} go.`);
    });
}

const sources = (cli: CliContext, query: { state?: string; search?: string; at?: string }): Promise<Source[]> =>
  every<Source>(cli, '/api/catalog/sources', query);

/** All pages of a list. */
async function every<T>(cli: CliContext, path: string, query: Readonly<Record<string, string>>): Promise<T[]> {
  const found: T[] = [];
  for (let cursor: string | undefined; ;) {
    const page = await cli.api.get<Page<T>>(path, { limit: 1000, ...query, ...(cursor === undefined ? {} : { cursor }) });
    found.push(...page.items);
    cursor = page.pageInfo.nextCursor;
    if (cursor === undefined) return found;
  }
}

async function sourceOf(cli: CliContext, what: string): Promise<Source> {
  const found = (await sources(cli, {})).filter(
    (source) => source.id === what || source.target === what || `${source.type}:${source.target}` === what,
  );
  const [source] = found;
  if (source === undefined)
    throw new PavedError('not_found', `There is no source ${what}.`, { fix: 'List them with: paved catalog sources' });
  if (found.length > 1)
    throw new PavedError('invalid', `${what} is registered as ${found.map(({ type }) => type).join(' and ')}.`, {
      fix: `Write for example ${source.type}:${source.target}.`,
    });
  return source;
}
