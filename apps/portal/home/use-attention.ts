import { refOf, type Entity } from '@paved/kernel';
import { useData, useOwnRefs, useSession } from '@paved/ui';
import type { BoardAnswer, Confirmation, PullRequest, Run } from './answers.ts';
import { attentionOf } from './attention.tsx';

const LIVE = ['orchestrator.workload.changed', 'orchestrator.deployment.changed'];

/** What the person's teams own, what runs of it, and what of all that waits for the person; one set of questions for home and bell. */
export function useAttention(options: { off?: boolean } = {}) {
  const off = options.off ?? false;
  const own = useOwnRefs();
  const me = useSession()?.actor.ref ?? '';
  const services = useData<{ items: readonly Entity[]; totalItems: number }>('/api/catalog/entities/by-query', {
    query: { filter: own.map((ref) => `kind=component,relations.ownedBy=${ref}`), limit: 50, orderField: 'metadata.name,asc' },
    live: ['catalog.entity.changed'],
    off,
  });
  const board = useData<BoardAnswer>('/api/orchestrator/environments', { live: LIVE, off });
  const runs = useData<{ items: readonly Run[]; totalItems: number }>('/api/runs', {
    query: { actor: me, limit: 24 },
    live: ['runs.run.changed'],
    off,
  });
  const pulls = useData<{ items: readonly PullRequest[] }>('/api/repositories/pull-requests', {
    query: { state: 'open', limit: 20 },
    live: ['repositories.pull_request.changed'],
    off,
  });
  const confirmations = useData<{ items: readonly Confirmation[] }>('/api/ownership/confirmations', {
    query: { limit: 1000 },
    live: ['ownership.*', 'catalog.entity.changed'],
    off,
  });
  const ready = [services, board, runs, pulls, confirmations].every((query) => query.data !== undefined || query.error !== null);
  const mine = new Set((services.data?.items ?? []).map(refOf));
  const attention = attentionOf({
    board: board.data,
    runs: runs.data?.items ?? [],
    pulls: pulls.data?.items ?? [],
    confirmations: confirmations.data?.items ?? [],
    own,
    mine,
    me,
  });
  return { services, board, runs, ready, mine, own, attention };
}
