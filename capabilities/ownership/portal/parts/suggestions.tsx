import { suggestOwners } from '@paved/client';
import { Avatar, entityHref, ErrorNotice, Link, LinkButton, TextLink, useCall } from '@paved/ui';
import { setOwnerHref } from './set-owner-href.ts';

/** Owners that the repository speaks for, each with how sure that is, why, and the change that sets it. */
export function Suggestions({ entityRef }: { entityRef: string }) {
  const found = useCall(suggestOwners, { query: { ref: entityRef } });
  if (found.error) return <ErrorNotice error={found.error} />;
  if (found.data === undefined)
    return (
      <p className="p-13 p-t3" aria-busy="true">
        Reads CODEOWNERS and the last commits…
      </p>
    );
  if (found.data.items.length === 0)
    return (
      <p className="p-13 p-t2">
        Nothing speaks for an owner: no CODEOWNERS line and no commits of people in the catalog, or its repository is not connected.
      </p>
    );
  return (
    <ul className="p-list bare" aria-label="Suggested owners">
      {found.data.items.map((suggestion) => (
        <li key={suggestion.ownerRef} className="p-suggestion">
          <Avatar name={suggestion.title} kind={suggestion.ownerRef.startsWith('user:') ? 'person' : 'team'} small />
          <div className="body">
            <Link className="p-name" href={entityHref(suggestion.ownerRef)}>
              {suggestion.title}
            </Link>{' '}
            <span className="p-t3 p-num">{Math.round(suggestion.confidence * 100)} % sure</span>
            {suggestion.evidence.map(({ text, href }) => (
              <small key={text} className="p-anywhere">
                {href === undefined ? text : <TextLink href={href}>{text}</TextLink>}
              </small>
            ))}
          </div>
          <LinkButton small href={setOwnerHref(entityRef, suggestion.ownerRef)}>
            Set owner<span className="p-vh"> {suggestion.title}</span>
          </LinkButton>
        </li>
      ))}
    </ul>
  );
}
