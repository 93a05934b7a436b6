import { Glyph, KeyValues, RelativeTime, Section, TextLink, type EntityPartProps } from '@paved/ui';
import { lookOf, placeOf, shortTarget, typeWord } from '../ingestion/source.ts';
import { useStanding } from './use-standing.ts';
import './standing.css';

/** Who keeps what has no source: people (in the catalog's store), or a part of the platform; undefined for what is read from somewhere. */
function keeperWords(source: string): string | undefined {
  const origin = /^paved:(?!\/\/)(.+)$/.exec(source)?.[1];
  return origin === undefined ? undefined : origin === 'api' ? 'The catalog’s store' : `The platform (${origin})`;
}

/** Where the catalog has it from, and how reading that goes. */
export function Part({ entity, entityRef }: EntityPartProps) {
  const { origin, source } = useStanding(entityRef);
  const view = entity.metadata.annotations?.['backstage.io/view-url'];
  if (origin === undefined) return <div aria-busy="true" />;
  const place = placeOf(origin.source);
  const where = `${shortTarget(place).name}${origin.line > 0 ? `:${origin.line}` : ''}`;
  const keeper = keeperWords(origin.source);
  const look = source === undefined ? undefined : lookOf(source.state);
  return (
    <Section
      title="Source"
      more={origin.locationId === undefined ? undefined : <TextLink href={`/catalog/ingestion/${origin.locationId}`}>Open source</TextLink>}
    >
      <KeyValues
        items={[
          ['Kept by', keeper],
          [
            origin.locationId === undefined ? 'Kept by' : 'File',
            keeper !== undefined ? undefined : (
              <span key="file" className="p-mono p-standing-place" title={place}>
                {view?.startsWith('http') ? <TextLink href={view}>{where}</TextLink> : where}
              </span>
            ),
          ],
          ['Read as', source === undefined ? undefined : typeWord(source.type)],
          [
            'State',
            origin.stale ? (
              <span key="state" className="p-row tight">
                <Glyph status="failed" label={null} /> Old version kept
              </span>
            ) : look === undefined || source?.state === 'ok' ? undefined : (
              <span key="state" className="p-row tight">
                <Glyph status={look.status} label={null} /> {look.word}
              </span>
            ),
          ],
          ['Why', source?.failure === undefined ? undefined : `${source.failure.message} ${source.failure.fix ?? ''}`],
          ['Last read', source?.readAt === undefined ? undefined : <RelativeTime key="read" at={source.readAt} />],
          ['Next read', source?.nextReadAt === undefined ? undefined : <RelativeTime key="next" at={source.nextReadAt} />],
          ['Changed', <RelativeTime key="changed" at={origin.updatedAt} />],
        ]}
      />
    </Section>
  );
}
