import { Button, entityHref, Icon, iconOf, Link, LinkButton, useMayAny } from '@paved/ui';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { useState } from 'react';
import type { Unowned } from '../answers.ts';
import { setOwnerHref } from './set-owner-href.ts';
import { Suggestions } from './suggestions.tsx';
import { unownedWords } from './unowned-words.ts';
import { useSay } from './use-say.ts';

/** What nobody answers for, why, and on demand who should. */
export function UnownedList({ items }: { items: readonly Unowned[] }) {
  const may = useMayAny();
  const [open, setOpen] = useState<string>();
  const say = useSay();
  return (
    <>
      <ul className="p-list top p-unowned" aria-label="Without owner">
        {items.map((item) => {
          const shown = open === item.ref;
          return (
            <li key={item.ref}>
              <Icon of={iconOf(item.kind)} />
              <div className="body">
                <Link className="p-name" href={entityHref(item.ref)}>
                  {item.title}
                </Link>{' '}
                <span className="p-t3">{item.kind}</span>
                <small>
                  {unownedWords(item)}
                  {item.note === undefined ? '' : `: “${item.note}”`}
                </small>
                {shown ? (
                  <div style={{ marginTop: 8 }}>
                    <Suggestions entityRef={item.ref} />
                  </div>
                ) : null}
              </div>
              <span className="acts">
                <Button
                  small
                  look="quiet"
                  aria-expanded={shown}
                  icon={shown ? IconChevronDown : IconChevronRight}
                  onClick={() => setOpen(shown ? undefined : item.ref)}
                >
                  Suggest<span className="p-vh"> an owner of {item.title}</span>
                </Button>
                {item.reason === 'disowned' && may('ownership.entity.confirm', item.ownerRefs) ? (
                  <Button
                    small
                    working={say.isPending && say.variables.refs[0] === item.ref}
                    onClick={() => say.mutate({ refs: [item.ref], verdict: 'confirmed' })}
                  >
                    Take back<span className="p-vh"> {item.title}</span>
                  </Button>
                ) : null}
                <LinkButton small href={setOwnerHref(item.ref)}>
                  Set owner<span className="p-vh"> of {item.title}</span>
                </LinkButton>
              </span>
            </li>
          );
        })}
      </ul>
    </>
  );
}
