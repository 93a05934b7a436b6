import { entityHref, LinkButton, nameOf, State } from '@paved/ui';
import type { ChangeOutcome } from '../draft.ts';

/** What became of the change, with the way to it. */
export function Saved({ outcome, deleted }: { outcome: ChangeOutcome; deleted: boolean }) {
  const name = nameOf(outcome.ref);
  const title = {
    'pull-request': `Pull request ${outcome.number ?? ''} is open`,
    commit: `Committed as ${outcome.sha?.slice(0, 7) ?? ''}`,
    stored: deleted ? `${name} is gone` : `${name} is saved`,
    written: 'The file is written',
  }[outcome.type];
  return (
    <State
      status={outcome.type === 'pull-request' ? 'waiting' : 'healthy'}
      title={title}
      actions={
        <>
          {outcome.href === undefined ? null : (
            <LinkButton href={outcome.href} look="primary">
              {outcome.type === 'pull-request' ? 'Open the pull request' : 'Open the commit'}
            </LinkButton>
          )}
          {outcome.visible && !deleted ? (
            <LinkButton href={entityHref(outcome.ref)} {...(outcome.href === undefined ? { look: 'primary' as const } : {})}>
              Open {name}
            </LinkButton>
          ) : (
            <LinkButton href="/catalog">Back to the catalog</LinkButton>
          )}
        </>
      }
    >
      {outcome.note ??
        (outcome.type === 'pull-request'
          ? 'The catalog follows when it is merged.'
          : deleted
            ? 'The catalog shows it no more.'
            : 'The catalog shows it already.')}
    </State>
  );
}
