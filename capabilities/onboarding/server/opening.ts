import type { Audit } from '@paved/audit';
import type { DocumentChecks } from '@paved/catalog';
import type { SourceFiles } from '@paved/editing';
import type { Database, Events } from '@paved/host';
import { isPavedError, PavedError, type Actor } from '@paved/kernel';
import type { Runs } from '@paved/runs';
import { z } from 'zod';
import { PROPOSAL_CHANGED } from '../index.ts';
import { changeProposal, lockProposal, proposalById, type Proposal, type ProposalChange } from './store.ts';

export const OPEN_RUN = 'onboarding.proposals.open';

export interface OpeningDeps {
  readonly db: Database;
  readonly events: Events;
  readonly audit: Audit;
  readonly now: () => Date;
  readonly checks: DocumentChecks;
  readonly sources: SourceFiles;
}

const openInput = z.object({ ids: z.array(z.string()).min(1).max(500) });

export interface OpenOutcome {
  readonly opened: number;
  readonly failed: number;
}

/** Registers the run that opens pull requests for proposals, each on its own. */
export function defineOpen(deps: OpeningDeps, runs: Runs): void {
  runs.define<z.infer<typeof openInput>, OpenOutcome>({
    kind: OPEN_RUN,
    input: openInput,
    title: ({ ids }) => `Open ${ids.length === 1 ? 'a pull request' : `${ids.length} pull requests`} that describe repositories`,
    async execute(run) {
      let failed = 0;
      for (const id of run.input.ids) {
        const proposal = await proposalById(deps.db, id);
        const result = await run.step<{ href: string } | { error: string }>(
          id,
          { title: proposal?.label ?? id, show: (one) => ('href' in one ? one.href : one.error) },
          async (step) => {
            try {
              const href = await openOne(deps, id, run.actor);
              step.log(href);
              return { href };
            } catch (error) {
              if (!isPavedError(error) || error.code === 'rate_limited' || step.signal.aborted) throw error;
              const text = [error.message, error.fix ?? ''].join(' ').trim();
              step.log(text, 'stderr');
              await change(deps, id, run.actor, { error: text });
              return { error: text };
            }
          },
        );
        if ('error' in result) failed += 1;
      }
      if (failed === run.input.ids.length)
        throw new PavedError('unavailable', 'No pull request could be opened.', { fix: 'The steps and the proposals say why.' });
      return { opened: run.input.ids.length - failed, failed };
    },
  });
}

async function openOne(deps: OpeningDeps, id: string, actor: Actor): Promise<string> {
  const proposal = await proposalById(deps.db, id);
  if (proposal === undefined) throw new PavedError('not_found', 'This proposal is gone.', { fix: 'Look through the repositories again.' });
  if (proposal.pullRequest !== null && proposal.state === 'opened') return proposal.pullRequest.href;
  if (proposal.state !== 'proposed')
    throw new PavedError('conflict', `The proposal for ${proposal.label} is ${proposal.state}.`, { fix: 'Propose it again first.' });
  const problem = (await problemsOf(deps, proposal.text))[0];
  if (problem !== undefined)
    throw new PavedError('invalid', `Line ${problem.line}: ${problem.message}`, problem.fix === undefined ? {} : { fix: problem.fix });
  const root = await deps.sources.at(proposal.repository);
  if (root === undefined)
    throw new PavedError('not_found', `${proposal.label} is not reachable any more.`, {
      fix: 'Dismiss the proposal, or connect its forge.',
    });
  const place = await deps.sources.beside(root, proposal.path);
  if ((await deps.sources.read(place)) !== undefined)
    throw new PavedError('conflict', `${proposal.label} has a ${proposal.path} by now.`, { fix: 'Look through the repositories again.' });
  const saved = await deps.sources.save(
    {
      place,
      files: { [proposal.path]: proposal.text.endsWith('\n') ? proposal.text : `${proposal.text}\n` },
      message: `Describe ${proposal.label} for the catalog`,
      body: bodyOf(proposal),
      mode: 'pull-request',
      key: `onboarding:${proposal.id}:${proposal.text}`,
      onlyNew: true,
    },
    actor,
  );
  if (saved.type !== 'pull-request') throw new PavedError('internal', 'A proposal was committed instead of proposed.');
  await change(deps, id, actor, { state: 'opened', pullRequest: { number: saved.number, href: saved.href }, error: null });
  await deps.sources.readInto(place, actor);
  return saved.href;
}

const bodyOf = (proposal: Proposal): string =>
  [
    `Adds \`${proposal.path}\`, so that the catalog knows ${proposal.refs.join(', ')}.`,
    '',
    ...(proposal.edited
      ? ['Written by people.']
      : proposal.evidence.map((one) => `- \`${one.field}\` is ${one.value}: ${one.words} (${one.from})`)),
  ].join('\n');

/** Changes a proposal, tells it and writes it down. */
export async function change(
  deps: Pick<OpeningDeps, 'db' | 'events' | 'audit' | 'now'>,
  id: string,
  actor: Actor,
  wanted: ProposalChange,
): Promise<void> {
  await deps.db.transaction().execute(async (tx) => {
    const before = await lockProposal(tx, id);
    if (before === undefined) return;
    await changeProposal(tx, before, wanted, deps.now());
    const state = wanted.state ?? before.state;
    await deps.events.publish(tx, { type: PROPOSAL_CHANGED, subject: id, data: { id, state } });
    await deps.audit.record(
      {
        actor,
        action: 'onboarding.proposal.change',
        subject: before.repository,
        before: { state: before.state, text: before.text },
        after: { state, text: wanted.text ?? before.text },
        facts: { state, ...(wanted.pullRequest?.href === undefined ? {} : { pullRequest: wanted.pullRequest.href }) },
      },
      tx,
    );
  });
}

/** What the catalog would say of a text. */
export async function problemsOf(
  deps: Pick<OpeningDeps, 'checks'>,
  text: string,
): Promise<readonly { line: number; message: string; fix?: string }[]> {
  const documents = await deps.checks.checkDocuments(text);
  if (documents.length === 0) return [{ line: 1, message: 'There is no document.', fix: 'Write apiVersion, kind and metadata.' }];
  return documents.flatMap((document) =>
    document.problems.map(({ line, message, fix }) => ({ line, message, ...(fix === undefined ? {} : { fix }) })),
  );
}
