import { getOwnership } from '@paved/client';
import {
  Avatar,
  Button,
  capital,
  entityHref,
  Glyph,
  KeyValues,
  Link,
  LinkButton,
  Loaded,
  nameOf,
  Notice,
  plural,
  related,
  Section,
  TextLink,
  useCall,
  type EntityPartProps,
} from '@paved/ui';
import { parseRef } from '@paved/kernel';
import { useState } from 'react';
import { LIVE, type OwnerOf, type Ownership } from '../answers.ts';
import { DisownDialog } from './disown-dialog.tsx';
import { setOwnerHref } from './set-owner-href.ts';
import { Suggestions } from './suggestions.tsx';
import { TrustDetail, TrustState } from './trust-words.tsx';
import { useSay } from './use-say.ts';
import './ownership.css';

/** Who owns it, whether somebody stands behind it, whether they still say so, and whom to call. */
export function Part({ entity, entityRef }: EntityPartProps) {
  const { kind, namespace, name } = parseRef(entityRef);
  const ownership = useCall(getOwnership, { path: { kind, namespace, name } }, { live: LIVE });
  return (
    <Section title="Ownership">
      <Loaded
        query={ownership}
        what="Its ownership"
        skeleton={<div className={`p-owned-room ${related(entity, 'ownedBy').length === 0 ? 'none' : ''}`} aria-busy="true" />}
      >
        {(of) => <Shown of={of} />}
      </Loaded>
    </Section>
  );
}

const dead = ({ reason }: OwnerOf): string => (reason === 'nobody in it' ? 'nobody in it' : 'not in the catalog');

function Shown({ of }: { of: Ownership }) {
  const [giving, setGiving] = useState(false);
  const say = useSay();
  const { ref, owners, trust, onCall, mayConfirm } = of;
  const orphan = trust.state === 'disowned' || !owners.some(({ living }) => living);
  const why =
    trust.state === 'disowned'
      ? 'Its owners gave it back.'
      : owners.length === 0
        ? 'It names no owner.'
        : owners.length === 1
          ? `${capital(nameOf(owners[0]?.ref ?? ''))} ${owners[0]?.reason === 'nobody in it' ? 'has nobody in it' : 'is not in the catalog'}.`
          : 'Nobody is left behind the owners it names.';
  return (
    <div>
      {owners.length === 0 ? null : (
        <ul className="p-list bare" aria-label="Owners">
          {owners.map((owner) => (
            <li key={owner.ref}>
              <Avatar
                name={owner.ref === owner.title ? capital(nameOf(owner.ref)) : owner.title}
                kind={owner.ref.startsWith('user:') ? 'person' : 'team'}
                small
              />
              <div className="body">
                <Link className="p-name" href={entityHref(owner.ref)}>
                  {owner.ref === owner.title ? capital(nameOf(owner.ref)) : owner.title}
                </Link>
              </div>
              {owner.living ? (
                <span className="when">{owner.ref.startsWith('user:') ? '' : plural(owner.people, 'person', 'people')}</span>
              ) : orphan && owners.length === 1 ? null : (
                <span className="when p-row tight">
                  <Glyph status="degraded" label={null} />
                  {dead(owner)}
                </span>
              )}
            </li>
          ))}
        </ul>
      )}
      {orphan ? (
        <Notice tone="degraded" icon={<Glyph status="degraded" label={null} />}>
          <b>{why}</b> Nobody answers for it until an owner is set.
        </Notice>
      ) : null}
      <div style={{ marginTop: 8 }}>
        <KeyValues
          items={[
            [
              'On call',
              onCall === undefined ? undefined : onCall.href === undefined ? (
                onCall.title
              ) : (
                <TextLink key="call" href={onCall.href}>
                  {onCall.title}
                </TextLink>
              ),
            ],
            [
              'Last word',
              trust.state === 'off' || (orphan && trust.state !== 'disowned') ? undefined : (
                <span key="trust">
                  <TrustState trust={trust} />{' '}
                  <span className="p-t3">
                    <TrustDetail trust={trust} />
                  </span>
                </span>
              ),
            ],
          ]}
        />
      </div>
      {orphan ? (
        <div className="p-owned-suggested">
          <h3>Who could own it</h3>
          <Suggestions entityRef={ref} />
        </div>
      ) : null}
      <div className="p-row wrap" style={{ marginTop: 12 }}>
        {mayConfirm && trust.state !== 'off' && trust.state !== 'confirmed' ? (
          <Button small working={say.isPending} onClick={() => say.mutate({ refs: [ref], verdict: 'confirmed' })}>
            {trust.state === 'disowned' ? 'Take it back' : 'Confirm'}
          </Button>
        ) : null}
        {orphan ? (
          <LinkButton small href={setOwnerHref(ref)}>
            Set owner
          </LinkButton>
        ) : null}
        {mayConfirm && trust.state !== 'disowned' ? (
          <Button small onClick={() => setGiving(true)}>
            Not ours…
          </Button>
        ) : null}
      </div>
      {giving ? <DisownDialog refs={[ref]} onClose={() => setGiving(false)} /> : null}
    </div>
  );
}
