import { ActorName, Link, nameOf, TextLink } from '@paved/ui';
import { causeWords, placeWords, type Version } from './versions.ts';

/** Who, why and which commit: one muted line. */
export function VersionFacts({ version }: { version: Version }) {
  const ofItself = version.actor?.startsWith('system:') === true;
  // That the platform read a source is the rule: then the source says more.
  const why =
    ofItself && (version.cause === 'system' || version.cause === undefined) ? placeWords(version.source) : causeWords(version.cause);
  const sha = version.revision !== undefined && /^[0-9a-f]{7,64}$/i.test(version.revision) ? version.revision.slice(0, 7) : undefined;
  return (
    <span className="p-facts">
      {version.actor === undefined || ofItself ? null : <ActorName actor={{ ref: version.actor, displayName: nameOf(version.actor) }} />}
      {why === undefined ? null : version.run === undefined ? (
        <span>{why}</span>
      ) : (
        <Link className="p-plain" href={`/runs/${version.run}`} title={`${version.source}:${version.line}`}>
          {why}
        </Link>
      )}
      {sha === undefined ? null : version.commitUrl === undefined ? (
        <span className="p-mono">{sha}</span>
      ) : (
        <TextLink href={version.commitUrl}>{`commit ${sha}`}</TextLink>
      )}
    </span>
  );
}
