import { ActorName, Link, nameOf, RelativeTime, TextLink } from '@paved/ui';
import { causeWords, type Version } from './versions.ts';

/** Who, why, which commit, when: one muted line. */
export function VersionFacts({ version, when = true }: { version: Version; when?: boolean }) {
  const why = causeWords(version.cause);
  const sha = version.revision !== undefined && /^[0-9a-f]{7,64}$/i.test(version.revision) ? version.revision.slice(0, 7) : undefined;
  return (
    <span className="p-facts">
      {version.actor === undefined ? null : (
        <ActorName actor={{ ref: version.actor, displayName: version.actor.startsWith('system:') ? 'Paved' : nameOf(version.actor) }} />
      )}
      {why === undefined ? null : version.run === undefined ? (
        <span>{why}</span>
      ) : (
        <Link className="p-plain" href={`/runs/${version.run}`}>
          {why}
        </Link>
      )}
      {sha === undefined ? null : version.commitUrl === undefined ? (
        <span className="p-mono">{sha}</span>
      ) : (
        <TextLink href={version.commitUrl}>{`commit ${sha}`}</TextLink>
      )}
      {when ? <RelativeTime at={version.at} /> : null}
    </span>
  );
}
