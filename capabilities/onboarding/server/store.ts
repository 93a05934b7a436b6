import { sql } from 'kysely';
import type { Database } from '@paved/host';
import type { ProposalState } from '../index.ts';
import type { Confidence, Evidence } from '../model/propose.ts';

export interface Proposal {
  readonly id: string;
  readonly repository: string;
  readonly label: string;
  readonly type: 'repository' | 'forge';
  readonly path: string;
  readonly text: string;
  readonly edited: boolean;
  readonly refs: readonly string[];
  readonly ownerRef: string | null;
  readonly repositoryOwners: readonly string[];
  readonly evidence: readonly Evidence[];
  readonly confidence: Confidence;
  readonly state: ProposalState;
  readonly pullRequest: { readonly number: number; readonly href: string } | null;
  readonly error: string | null;
  readonly updatedAt: Date;
}

const columns = sql`id, repository, label, type, path, text, edited, refs, owner_ref as "ownerRef", repository_owners as "repositoryOwners", evidence, confidence, state,
  pull_request as "pullRequest", error, updated_at as "updatedAt"`;

export interface ProposalFilter {
  readonly states: readonly ProposalState[];
  readonly words?: string | undefined;
  readonly limit: number;
  readonly offset: number;
}

export async function listProposals(
  db: Database,
  { states, words, limit, offset }: ProposalFilter,
): Promise<{ rows: Proposal[]; total: number }> {
  const like = `%${(words ?? '').toLowerCase().replace(/[\\%_]/g, '\\$&')}%`;
  const where = sql`state = any(${[...states]}) and lower(label) like ${like}`;
  const { rows } = await sql<Proposal>`select ${columns} from onboarding.proposal where ${where}
    order by case confidence when 'high' then 0 when 'medium' then 1 else 2 end, label limit ${limit} offset ${offset}`.execute(db);
  const counted = await sql<{ n: string }>`select count(*) as n from onboarding.proposal where ${where}`.execute(db);
  return { rows, total: Number(counted.rows[0]?.n ?? 0) };
}

export async function countByState(db: Database): Promise<Partial<Record<ProposalState, number>>> {
  const { rows } = await sql<{
    state: ProposalState;
    n: string;
  }>`select state, count(*) as n from onboarding.proposal group by state`.execute(db);
  return Object.fromEntries(rows.map((row) => [row.state, Number(row.n)]));
}

export async function proposalById(db: Database, id: string): Promise<Proposal | undefined> {
  return (await sql<Proposal>`select ${columns} from onboarding.proposal where id = ${id}`.execute(db)).rows[0];
}

export async function lockProposal(tx: Database, id: string): Promise<Proposal | undefined> {
  return (await sql<Proposal>`select ${columns} from onboarding.proposal where id = ${id} for update`.execute(tx)).rows[0];
}

export async function openedProposals(db: Database): Promise<Proposal[]> {
  return (await sql<Proposal>`select ${columns} from onboarding.proposal where state = 'opened' order by id`.execute(db)).rows;
}

export type ScannedProposal = Pick<
  Proposal,
  'id' | 'repository' | 'label' | 'type' | 'path' | 'text' | 'refs' | 'ownerRef' | 'repositoryOwners' | 'evidence' | 'confidence'
>;

/** Keeps what people did: an edited text, a dismissal, a pull request. Answers the proposal as it stands. */
export async function keepScanned(db: Database, one: ScannedProposal, at: Date): Promise<Proposal> {
  const { rows } = await sql<Proposal>`
    insert into onboarding.proposal (id, repository, label, type, path, text, refs, owner_ref, repository_owners, evidence, confidence, state, scanned_at, updated_at)
    values (${one.id}, ${one.repository}, ${one.label}, ${one.type}, ${one.path}, ${one.text}, ${JSON.stringify(one.refs)}::jsonb, ${one.ownerRef},
      ${JSON.stringify(one.repositoryOwners)}::jsonb, ${JSON.stringify(one.evidence)}::jsonb, ${one.confidence}, 'proposed', ${at}, ${at})
    on conflict (repository) do update set
      label = excluded.label,
      repository_owners = excluded.repository_owners,
      text = case when proposal.edited or proposal.state <> 'proposed' then proposal.text else excluded.text end,
      refs = case when proposal.edited or proposal.state <> 'proposed' then proposal.refs else excluded.refs end,
      owner_ref = case when proposal.edited or proposal.state <> 'proposed' then proposal.owner_ref else excluded.owner_ref end,
      evidence = case when proposal.edited or proposal.state <> 'proposed' then proposal.evidence else excluded.evidence end,
      confidence = case when proposal.edited or proposal.state <> 'proposed' then proposal.confidence else excluded.confidence end,
      scanned_at = excluded.scanned_at
    returning ${columns}`.execute(db);
  const [row] = rows;
  if (row === undefined) throw new Error('A stored proposal was not answered.');
  return row;
}

export type ProposalChange = Partial<Pick<Proposal, 'text' | 'edited' | 'refs' | 'ownerRef' | 'state' | 'pullRequest' | 'error'>>;

export async function changeProposal(tx: Database, before: Proposal, change: ProposalChange, at: Date): Promise<void> {
  const next = { ...before, ...change };
  await sql`
    update onboarding.proposal set text = ${next.text}, edited = ${next.edited}, refs = ${JSON.stringify(next.refs)}::jsonb, owner_ref = ${next.ownerRef},
      state = ${next.state}, pull_request = ${next.pullRequest === null ? null : JSON.stringify(next.pullRequest)}::jsonb, error = ${next.error}, updated_at = ${at}
    where id = ${before.id}`.execute(tx);
}

/** A repository that describes itself by now needs no proposal. */
export async function forgetProposed(db: Database, repository: string): Promise<void> {
  await sql`delete from onboarding.proposal where repository = ${repository} and state = 'proposed'`.execute(db);
}
