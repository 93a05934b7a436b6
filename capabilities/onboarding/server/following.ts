import { ENTITY_CHANGED, SOURCE_SYNCED, type Catalog } from '@paved/catalog';
import type { EventHandler } from '@paved/host';
import { systemActor } from '@paved/kernel';
import { parseAddress, PULL_REQUEST_CHANGED } from '@paved/repositories';
import { change, type OpeningDeps } from './opening.ts';
import { openedProposals } from './store.ts';

/** Opened proposals are merged when the catalog knows what they describe; a closed pull request leads back. */
export function followProposals(deps: OpeningDeps & { readonly catalog: Catalog }): EventHandler {
  return {
    name: 'follow-proposals',
    types: [PULL_REQUEST_CHANGED, ENTITY_CHANGED, SOURCE_SYNCED],
    async handle(event) {
      const opened = await openedProposals(deps.db);
      if (opened.length === 0) return;
      if (event.type === PULL_REQUEST_CHANGED) {
        const { slug, number, change: what } = event.data as { slug: string; number: number; change: string };
        const proposal = opened.find((one) => parseAddress(one.repository, '')?.slug === slug && one.pullRequest?.number === number);
        if (proposal === undefined) return;
        if (what === 'merged') await change(deps, proposal.id, systemActor, { state: 'merged' });
        if (what === 'closed') await change(deps, proposal.id, systemActor, { state: 'proposed', pullRequest: null });
        return;
      }
      const { change: what } = event.data as { change?: string };
      const concerned =
        event.type === SOURCE_SYNCED ? opened : opened.filter((one) => what === 'added' && one.refs.includes(event.subject));
      for (const proposal of concerned) {
        const known = await deps.catalog.byRefs(proposal.refs.slice(0, 1));
        const place = known[0]?.metadata.annotations?.['backstage.io/managed-by-location'];
        if (place?.startsWith(`url:${proposal.repository}/`) === true) await change(deps, proposal.id, systemActor, { state: 'merged' });
      }
    },
  };
}
