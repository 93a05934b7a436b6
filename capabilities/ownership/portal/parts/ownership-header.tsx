import { listConfirmations, listUnowned } from '@paved/client';
import { count, PageHeader, TabLinks, useCall, useCrumbs } from '@paved/ui';
import { LIVE } from '../answers.ts';

/** The head of both pages of ownership, with how much there is on each. */
export function OwnershipHeader({ current }: { current: '/ownership' | '/ownership/unowned' }) {
  useCrumbs([{ label: 'Teams', href: '/teams' }, { label: 'Ownership' }]);
  const mine = useCall(listConfirmations, { query: { limit: 1000 } }, { live: LIVE });
  const unowned = useCall(listUnowned, { query: { limit: 1 } }, { live: LIVE });
  const note = (total: number | undefined) => (total === undefined || total === 0 ? undefined : count(total));
  return (
    <>
      <PageHeader
        tight
        title="Ownership"
        lede="Owners say now and then what is still theirs. What nobody answers for is listed beside it."
      />
      <TabLinks
        label="Parts of this page"
        current={current}
        tabs={[
          { label: 'To confirm', href: '/ownership', note: note(mine.data?.totalItems) },
          { label: 'Without owner', href: '/ownership/unowned', note: note(unowned.data?.totalItems) },
        ]}
      />
    </>
  );
}
