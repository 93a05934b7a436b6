import { EntityName, entityHref, Glyph, LinkButton, nameOf, plural, RelativeTime, type StatusName } from '@paved/ui';
import type { ReactNode } from 'react';
import { versionWords, type BoardAnswer, type Confirmation, type PullRequest, type Run } from './answers.ts';

/** Something that waits for the person. */
export interface Attention {
  readonly key: string;
  readonly status: StatusName;
  readonly title: ReactNode;
  readonly note: string;
  readonly at?: string | undefined;
  readonly action: string;
  readonly href: string;
}

/** What waits for a person, worst first: failing services, failed runs of yours, reviews, what your teams own and nobody confirmed. */
export function attentionOf({
  board,
  runs,
  pulls,
  confirmations,
  own,
  mine,
  me,
}: {
  board: BoardAnswer | undefined;
  runs: readonly Run[];
  pulls: readonly PullRequest[];
  confirmations: readonly Confirmation[];
  own: readonly string[];
  mine: ReadonlySet<string>;
  me: string;
}): readonly Attention[] {
  const services = (board?.services ?? []).filter((service) => mine.has(service.component));
  const sick = services.flatMap((service) =>
    (board?.environments ?? []).flatMap((environment): Attention[] => {
      const cell = service.cells[environment.name];
      const name = nameOf(service.component);
      if (cell?.latest?.status === 'failed') {
        return [
          {
            key: `d${cell.latest.id}`,
            status: 'failed',
            title: (
              <>
                <b>{name}</b> {versionWords(cell.latest.version)} did not reach {environment.name}
              </>
            ),
            note: cell.latest.error ?? 'What ran before keeps serving',
            action: 'See why',
            href: `/deployments/${cell.latest.id}`,
          },
        ];
      }
      if (cell?.health === 'failed' || cell?.health === 'degraded' || cell?.health === 'waiting') {
        return [
          {
            key: `w${service.component}${environment.name}`,
            status: cell.health,
            title: (
              <>
                <b>{name}</b> {cell.health === 'failed' ? 'does not serve' : 'serves, but not as asked,'} in {environment.name}
              </>
            ),
            note: cell.reason ?? 'The log has the details',
            at: cell.deployedAt,
            action: 'See logs',
            href: `${entityHref(service.component, 'logs')}?environment=${environment.name}`,
          },
        ];
      }
      return [];
    }),
  );
  const failed = runs
    .filter(
      (run, i) =>
        run.status === 'failed' &&
        !runs.slice(0, i).some((newer) => newer.kind === run.kind && newer.subjects[0] === run.subjects[0] && newer.status === 'succeeded'),
    )
    .slice(0, 3)
    .map((run): Attention => ({
      key: run.id,
      status: 'failed',
      title: (
        <>
          <b>{run.title}</b> failed
        </>
      ),
      note: run.error?.message ?? 'Its log has the details',
      at: run.endedAt ?? run.createdAt,
      action: 'Open run',
      href: `/runs/${run.id}`,
    }));
  const reviews = pulls
    .filter((pull) => pull.author.ref !== me && [...mine].some((ref) => nameOf(ref) === pull.slug.split('/')[1]))
    .map((pull): Attention => ({
      key: `${pull.slug}${pull.number}`,
      status: 'waiting',
      title: (
        <>
          Review <b>{pull.title}</b>
        </>
      ),
      note: `${pull.slug} #${pull.number}, by ${nameOf(pull.author.ref)}`,
      at: pull.updatedAt,
      action: 'Review',
      href: `/repositories/${pull.slug}/pull-requests/${pull.number}`,
    }));
  return [
    ...sick.filter((entry) => entry.status === 'failed'),
    ...failed,
    ...reviews,
    ...unconfirmed(confirmations, own),
    ...sick.filter((entry) => entry.status !== 'failed'),
  ];
}

/** One entry for each owner with something to confirm; who let a question go unanswered comes first. */
function unconfirmed(confirmations: readonly Confirmation[], own: readonly string[]): readonly Attention[] {
  const ownerOf = ({ ownerRefs }: Confirmation): string => ownerRefs.find((ref) => own.includes(ref)) ?? ownerRefs[0] ?? '';
  const owners = [...new Set(confirmations.map(ownerOf))];
  return owners.map((owner): Attention => {
    const theirs = confirmations.filter((one) => ownerOf(one) === owner);
    const asked = theirs.flatMap(({ trust }) => trust.askedAt ?? []).toSorted()[0];
    const late = theirs.some(({ trust }) => trust.state === 'overdue');
    return {
      key: `o${owner}`,
      status: late ? 'degraded' : 'waiting',
      title: (
        <>
          <b>
            {plural(theirs.length, 'thing')} of <EntityName entityRef={owner} />
          </b>{' '}
          {theirs.length === 1 ? 'waits' : 'wait'} for your confirmation
        </>
      ),
      note: late ? 'Asked, and nobody answered in time' : 'Say what is still yours',
      at: asked,
      action: 'Confirm',
      href: `/ownership?${new URLSearchParams({ owner })}`,
    };
  });
}

/** The first eight, each with the step that helps. */
export function AttentionList({ entries }: { entries: readonly Attention[] }) {
  return (
    <ul className="p-list top p-attention">
      {entries.slice(0, 8).map((entry, i) => (
        <li key={entry.key}>
          <Glyph status={entry.status} />
          <div className="body">
            {entry.title}
            <small>{entry.note}</small>
          </div>
          {entry.at ? (
            <span className="when">
              <RelativeTime at={entry.at} />
            </span>
          ) : null}
          <LinkButton small href={entry.href} look={i === 0 ? 'primary' : 'default'}>
            {entry.action}
          </LinkButton>
        </li>
      ))}
    </ul>
  );
}
