import {
  BulkBar,
  Button,
  DataTable,
  entityHref,
  EntityLink,
  ErrorNotice,
  Icon,
  iconOf,
  Link,
  MoreMenu,
  toastError,
  useMay,
  type Column,
} from '@paved/ui';
import { useMemo, useState } from 'react';
import type { Confirmation } from '../answers.ts';
import { DisownDialog } from './disown-dialog.tsx';
import { TrustDetail, TrustState } from './trust-words.tsx';
import { useSay } from './use-say.ts';

const NONE: ReadonlySet<string> = new Set();

/** What is to be confirmed, one by one or many at once; overdue first, as it came. */
export function ConfirmList({ items }: { items: readonly Confirmation[] }) {
  const [chosen, setChosen] = useState(NONE);
  const [giving, setGiving] = useState<readonly string[]>();
  const say = useSay(() => setChosen(NONE));
  const selected = useMemo(() => new Set(items.map(({ ref }) => ref).filter((ref) => chosen.has(ref))), [items, chosen]);
  const refs = [...selected];
  const columns = useMemo(
    (): readonly Column<Confirmation>[] => [
      {
        id: 'name',
        head: 'Entity',
        fill: true,
        sort: ({ title }) => title.toLowerCase(),
        cell: (item) => (
          <span className="p-namecell">
            <Icon of={iconOf(item.kind)} />
            <span className="p-trunc">
              <Link className="p-name" href={entityHref(item.ref)}>
                {item.title}
              </Link>
              <span className="under">
                <LastWord trust={item.trust} />
              </span>
            </span>
            <small>{item.kind}</small>
          </span>
        ),
      },
      {
        id: 'owner',
        head: 'Owner',
        hide: 'sm',
        sort: ({ ownerRefs }) => ownerRefs[0] ?? '',
        cell: ({ ownerRefs: [owner] }) => (owner === undefined ? null : <EntityLink entityRef={owner} />),
      },
      {
        id: 'trust',
        head: 'Last word',
        hide: 'sm',
        cell: ({ trust }) => (
          <span className="p-row">
            <LastWord trust={trust} />
            <span className="p-t3 hide-lg">
              <TrustDetail trust={trust} />
            </span>
          </span>
        ),
      },
      {
        id: 'act',
        head: <span className="p-vh">Answer</span>,
        align: 'right',
        cell: (item) => <Answer item={item} onGive={setGiving} />,
      },
    ],
    [],
  );
  return (
    <>
      {say.error ? <ErrorNotice error={say.error} /> : null}
      <DataTable
        label="What is to be confirmed"
        rows={items}
        columns={columns}
        id={({ ref }) => ref}
        href={({ ref }) => entityHref(ref)}
        selected={selected}
        onSelect={setChosen}
        keys
      />
      <BulkBar
        selected={refs.length}
        onClear={() => setChosen(NONE)}
        actions={[
          { label: 'Confirm', run: () => say.mutate({ refs, verdict: 'confirmed' }) },
          { label: 'Not ours…', run: () => setGiving(refs) },
        ]}
      />
      {giving === undefined ? null : <DisownDialog refs={giving} onClose={() => setGiving(undefined)} onDone={() => setChosen(NONE)} />}
    </>
  );
}

/** All of them wait: only what was asked and not answered stands out. */
function LastWord({ trust }: { trust: Confirmation['trust'] }) {
  if (trust.state !== 'due') return <TrustState trust={trust} />;
  return trust.at === undefined ? 'Not confirmed yet' : 'Due again';
}

function Answer({ item: { ref, title, ownerRefs }, onGive }: { item: Confirmation; onGive: (refs: readonly string[]) => void }) {
  const mine = useMay('ownership.entity.confirm', ownerRefs);
  const say = useSay(undefined, toastError);
  return (
    <span className="p-row end">
      <Button
        small
        working={say.isPending}
        disabledReason={mine ? undefined : 'Only its owners confirm it'}
        onClick={() => say.mutate({ refs: [ref], verdict: 'confirmed' })}
      >
        Confirm<span className="p-vh"> {title}</span>
      </Button>
      {mine ? <MoreMenu small label={`More for ${title}`} entries={[{ label: 'Not ours…', run: () => onGive([ref]) }]} /> : null}
    </span>
  );
}
