import { suggestOwners } from '@paved/client';
import { Avatar, Button, entityHref, ErrorNotice, Link, TextLink, useCall } from '@paved/ui';
import type { Suggestion } from '../answers.ts';

/** Owners that the repository speaks for, each with how sure that is and why. `onChoose` offers to set one. */
export function Suggestions({ entityRef, onChoose }: { entityRef: string; onChoose?: (suggestion: Suggestion) => void }) {
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
          {onChoose === undefined ? null : (
            <Button small onClick={() => onChoose(suggestion)} aria-label={`Set ${suggestion.title} as owner`}>
              Set owner
            </Button>
          )}
        </li>
      ))}
    </ul>
  );
}
