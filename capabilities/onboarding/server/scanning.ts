import { createHash } from 'node:crypto';
import type { Catalog, EntityProviders } from '@paved/catalog';
import type { SourceFiles, SourcePlace } from '@paved/editing';
import type { Forges } from '@paved/forges';
import type { Database, Events } from '@paved/host';
import { isPavedError, PavedError } from '@paved/kernel';
import { directoryOf, type Directory } from '@paved/ownership';
import { sourceAddress, type Scm } from '@paved/repositories';
import type { RunContext, Runs } from '@paved/runs';
import { z } from 'zod';
import { PROPOSAL_CHANGED, SCAN_RUN, type ScanOutcome } from '../index.ts';
import { propose } from '../model/propose.ts';
import { describesItself, filesToRead } from '../model/repository-facts.ts';
import { forgetProposed, keepScanned } from './store.ts';

export interface ScanningDeps {
  readonly db: Database;
  readonly events: Events;
  readonly now: () => Date;
  readonly newId: (prefix: string) => string;
  readonly catalog: Catalog;
  readonly providers: EntityProviders;
  readonly sources: SourceFiles;
  readonly forges: Forges;
  readonly scm: Scm;
}

export const scanInput = z.discriminatedUnion('of', [
  z.strictObject({ of: z.literal('hosted') }),
  z.strictObject({
    of: z.literal('forge'),
    integration: z.string().min(1).max(300).describe('Host of a connected forge.'),
    owner: z.string().min(1).max(300).describe('Organisation, group, workspace or user.'),
  }),
  z.strictObject({ of: z.literal('list'), addresses: z.array(z.string().min(1).max(1000)).min(1).max(500) }),
]);
export type ScanInput = z.infer<typeof scanInput>;

interface Found {
  readonly address: string;
  readonly label: string;
  readonly description?: string;
}

/** Most repositories that one scan looks through. */
const MOST = 2000;
/** Most failures that its outcome names; the steps name all. */
const MOST_FAILURES = 100;

const words = (input: ScanInput): string =>
  input.of === 'hosted'
    ? 'hosted repositories'
    : input.of === 'forge'
      ? `${input.owner} on ${input.integration}`
      : `${input.addresses.length} repositories`;

/** Registers the run that looks through repositories. */
export function defineScan(deps: ScanningDeps, runs: Runs): void {
  runs.define<ScanInput, ScanOutcome>({
    kind: SCAN_RUN,
    input: scanInput,
    title: (input) => `Look through ${words(input)}`,
    plan: () => [{ id: 'find', title: 'Find repositories' }],
    concurrency: { limit: 1, key: (input) => words(input), perKey: 1 },
    execute: (run) => scan(deps, run),
  });
}

async function scan(deps: ScanningDeps, run: RunContext<ScanInput>): Promise<ScanOutcome> {
  const found = await run.step<Found[]>(
    'find',
    { title: 'Find repositories', show: (all) => `${all.length} repositories` },
    async (step) => {
      const all = await repositoriesOf(deps, run.input);
      step.log(`${all.length} repositories`);
      return all;
    },
  );
  const counts = { repositories: found.length, proposed: 0, known: 0, failed: 0 };
  const failures: ScanOutcome['failures'][number][] = [];
  for (const [i, repository] of found.entries()) {
    const { outcome, reason } = await run.step<{ outcome: 'proposed' | 'known' | 'failed'; reason?: string }>(
      `repository-${i}`,
      { title: repository.label, show: (result) => result.outcome },
      async (step) => {
        try {
          const result = await look(deps, repository);
          step.log(result === 'proposed' ? 'A description is proposed.' : 'The catalog knows it already.');
          return { outcome: result };
        } catch (error) {
          // One repository that cannot be read is its own affair; patience that a forge asks for is everybody's.
          if (!isPavedError(error) || error.code === 'rate_limited' || step.signal.aborted) throw error;
          const reason = [error.message, error.fix ?? ''].join(' ').trim();
          step.log(reason, 'stderr');
          return { outcome: 'failed' as const, reason };
        }
      },
    );
    counts[outcome] += 1;
    if (outcome === 'failed' && failures.length < MOST_FAILURES)
      failures.push({ address: repository.address, label: repository.label, reason: reason ?? '' });
  }
  return { ...counts, failures };
}

async function repositoriesOf(deps: ScanningDeps, input: ScanInput): Promise<Found[]> {
  if (input.of === 'list') return input.addresses.map((address) => ({ address, label: address }));
  if (input.of === 'hosted')
    return (await deps.scm.list()).map(({ slug, description }) => ({ address: sourceAddress(slug), label: slug, description }));
  const found: Found[] = [];
  for await (const repository of deps.forges.repositories(input.integration, input.owner)) {
    if (repository.archived || repository.fork || repository.defaultBranch === undefined) continue;
    found.push({
      address: repository.url,
      label: repository.fullName,
      ...(repository.description === undefined ? {} : { description: repository.description }),
    });
    if (found.length >= MOST) break;
  }
  return found;
}

/** Looks at one repository. Known: the catalog reads from it, or it describes itself. */
async function look(deps: ScanningDeps, repository: Found): Promise<'proposed' | 'known'> {
  const place = await deps.sources.at(repository.address);
  if (place === undefined)
    throw new PavedError('not_found', `${repository.address} is no repository that is hosted here or on a connected forge.`, {
      fix: 'Connect its forge below integrations.',
    });
  const { paths } = await deps.sources.tree(place);
  if (describesItself(paths) || (await isRead(deps, place))) {
    await forgetProposed(deps.db, place.repository);
    return 'known';
  }
  const texts: Record<string, string> = {};
  for (const path of filesToRead(paths)) {
    const text = await readIfSmall(deps, place, path);
    if (text !== undefined) texts[path] = text;
  }
  const directory = await readDirectory(deps);
  const facts = {
    label: place.label,
    description: repository.description,
    paths,
    texts,
    ownerRefs: place.ownerRefs,
    ...(place.type === 'forge' ? { webUrl: place.repository } : {}),
  };
  const refs = propose(facts, directory, () => false).refs;
  const known = await takenRefs(deps, refs);
  const first = propose(facts, directory, (ref) => known.has(ref));
  // Names that gave way are looked up as well.
  const again = await takenRefs(deps, first.refs);
  const proposed = again.size === 0 ? first : propose(facts, directory, (ref) => known.has(ref) || again.has(ref));
  const kept = await keepScanned(
    deps.db,
    {
      id: idOf(place),
      repository: place.repository,
      label: place.label,
      type: place.type,
      repositoryOwners: place.ownerRefs,
      ...proposed,
      ownerRef: proposed.ownerRef ?? null,
    },
    deps.now(),
  );
  await deps.events.publish(deps.db, { type: PROPOSAL_CHANGED, subject: kept.id, data: { id: kept.id, state: kept.state } });
  return 'proposed';
}

const idOf = (place: SourcePlace): string => `proposal_${createHash('sha256').update(place.repository).digest('hex').slice(0, 20)}`;

/** Whether the catalog reads a file of it already. */
async function isRead(deps: ScanningDeps, place: SourcePlace): Promise<boolean> {
  return (await deps.providers.readFrom([`${place.repository}/`])).length > 0;
}

async function readIfSmall(deps: ScanningDeps, place: SourcePlace, path: string): Promise<string | undefined> {
  try {
    return (await deps.sources.read(await deps.sources.beside(place, path)))?.text;
  } catch (error) {
    if (isPavedError(error, 'too_large')) return undefined;
    throw error;
  }
}

async function takenRefs(deps: ScanningDeps, refs: readonly string[]): Promise<Set<string>> {
  const found = await deps.catalog.byRefs(refs);
  return new Set(refs.filter((_, i) => found[i] !== undefined));
}

async function readDirectory(deps: ScanningDeps): Promise<Directory> {
  return directoryOf(await deps.catalog.ofKind('User'), await deps.catalog.ofKind('Group'));
}
