import type { Entity } from '@paved/kernel';
import { Glyph, Notice, RelativeTime, TextLink } from '@paved/ui';
import { placeOf } from '../ingestion/source.ts';
import { useStanding } from './use-standing.ts';
import './standing.css';

/** What a person should know before trusting the page: an old version, a name claimed twice, an orphan. Nothing when all is well. */
export function StandingNotices({ entity, entityRef }: { entity: Entity; entityRef: string }) {
  const { origin, source, problems } = useStanding(entityRef);
  const conflicts = problems.filter((problem) => problem.kind === 'conflict');
  const said = (entity.status?.items ?? []).filter((item) => item.level === 'error');
  const orphan = entity.metadata.annotations?.['backstage.io/orphan'] === 'true';
  const fix = problems.find((problem) => problem.kind !== 'conflict')?.fix ?? source?.failure?.fix;
  const opened =
    origin?.locationId === undefined ? null : <TextLink href={`/catalog/ingestion/${origin.locationId}`}>Open its source</TextLink>;
  if (said.length === 0 && conflicts.length === 0 && !orphan) return null;
  return (
    <div className="p-standing">
      {said.length === 0 ? null : (
        <Notice tone="failed" icon={<Glyph status="failed" label={null} />} actions={opened}>
          <b>{origin?.stale === false ? 'This entity has a problem.' : 'This is the last good version.'}</b>{' '}
          {said.map((item) => item.message).join(' ')} {fix}
        </Notice>
      )}
      {orphan ? (
        <Notice
          tone="degraded"
          icon={<Glyph status="degraded" label={null} />}
          actions={<TextLink href="/catalog/ingestion?view=orphans">See all orphans</TextLink>}
        >
          <b>No source names it any more.</b> It stays until someone removes it, or a source names it again.
        </Notice>
      ) : null}
      {conflicts.map((conflict) => (
        <Notice
          key={`${conflict.source}${conflict.line}`}
          tone="degraded"
          icon={<Glyph status="degraded" label={null} />}
          actions={<TextLink href={`/catalog/ingestion/${conflict.locationId}`}>Open the other source</TextLink>}
        >
          <b>Two documents claim this name.</b> Used:{' '}
          <span className="p-mono p-standing-place">{placeOf(conflict.other ?? origin?.source ?? 'the first one')}</span>. Not used:{' '}
          <span className="p-mono p-standing-place">
            {placeOf(conflict.source)}:{conflict.line}
          </span>
          , since <RelativeTime at={conflict.since} />. {conflict.fix}
        </Notice>
      ))}
    </div>
  );
}
