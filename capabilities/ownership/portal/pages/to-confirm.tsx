import { listConfirmations } from '@paved/client';
import { EntityName, Button, capital, EmptyFilter, LinkButton, Loaded, nameOf, plural, State, Tag, useCall, useUrlState } from '@paved/ui';
import { LIVE } from '../answers.ts';
import { ConfirmList } from '../parts/confirm-list.tsx';
import { OwnershipHeader } from '../parts/ownership-header.tsx';

/** What your teams are to confirm; with `?owner=` what one owner is. */
export function Page() {
  const { params, set } = useUrlState();
  const owner = params.get('owner') ?? undefined;
  const due = useCall(listConfirmations, { query: { limit: 1000, ...(owner === undefined ? {} : { owner }) } }, { live: LIVE });
  const drop = () => set((query) => query.delete('owner'));
  return (
    <>
      <OwnershipHeader current="/ownership" />
      {owner === undefined ? null : (
        <div className="p-row" style={{ marginBottom: 12 }}>
          <Tag>
            Owner is <EntityName entityRef={owner} />
          </Tag>
          <Button small look="quiet" onClick={drop}>
            Show all of yours
          </Button>
        </div>
      )}
      <Loaded query={due} what="What is to be confirmed">
        {({ items, totalItems }) =>
          items.length > 0 ? (
            <>
              <ConfirmList items={items} />
              {totalItems > items.length ? (
                <p className="p-tablefoot">The first {plural(items.length, 'entity', 'entities')}; the others follow as you confirm.</p>
              ) : null}
            </>
          ) : owner !== undefined ? (
            <EmptyFilter
              noun="entity to confirm"
              filters={1}
              onClear={drop}
              hint={`All that ${capital(nameOf(owner))} owns is confirmed, or nobody is asked here.`}
            />
          ) : (
            <State status="healthy" title="Nothing to confirm" actions={<LinkButton href="/teams">See the teams</LinkButton>}>
              Owners are asked twice a year unless your platform team says otherwise. What you and your teams own and nobody confirmed
              lately appears here.
            </State>
          )
        }
      </Loaded>
    </>
  );
}
