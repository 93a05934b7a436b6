import { listUnowned } from '@paved/client';
import { Button, LinkButton, Loaded, OffsetFoot, offsetOf, State, useCall, useUrlState } from '@paved/ui';
import { LIVE } from '../answers.ts';
import { OwnershipHeader } from '../parts/ownership-header.tsx';
import { UnownedList } from '../parts/unowned-list.tsx';
import '../parts/ownership.css';

const PAGE = 50;
const kinds = ['Component', 'API', 'Resource', 'System', 'Domain', 'Template'] as const;

/** What names no owner, one that is not there, one with nobody in it, or was given back. */
export function Page() {
  const { params, set } = useUrlState();
  const kind = params.get('kind') ?? '';
  const offset = offsetOf(params);
  const unowned = useCall(listUnowned, { query: { limit: PAGE, offset, ...(kind === '' ? {} : { kind }) } }, { live: LIVE, keep: true });
  const choose = (next: string) =>
    set((query) => {
      query.delete('offset');
      if (next === '') query.delete('kind');
      else query.set('kind', next);
    });
  return (
    <>
      <OwnershipHeader current="/ownership/unowned" />
      <div className="p-row" style={{ marginBottom: 8 }}>
        <select
          className="p-input sm"
          aria-label="Kind"
          value={kind}
          onChange={(event) => choose(event.target.value)}
          style={{ width: 180 }}
        >
          <option value="">Every kind</option>
          {kinds.map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      </div>
      <Loaded query={unowned} what="What has no owner">
        {({ items, totalItems }) =>
          items.length === 0 && offset === 0 ? (
            <State
              status="healthy"
              title={kind === '' ? 'Everything has an owner' : `Every ${kind} has an owner`}
              actions={
                kind === '' ? (
                  <LinkButton href="/teams">See the teams</LinkButton>
                ) : (
                  <Button onClick={() => choose('')}>Show every kind</Button>
                )
              }
            >
              What names no owner, one that left, or a team with nobody in it appears here, and what its owners give back.
            </State>
          ) : (
            <>
              <UnownedList items={items} />
              <OffsetFoot limit={PAGE} totalItems={totalItems} />
            </>
          )
        }
      </Loaded>
    </>
  );
}
