import { capital, KeyValues, Link, RelativeTime, Section, TextLink, type EntityPartProps } from '@paved/ui';
import { FirstOf } from './first-of.tsx';

/** Tags before the rest is asked for. */
const SHORT = 12;

/** Lifecycle, tags, address: what does not change every day. */
export function Part({ entity }: EntityPartProps) {
  const tags = entity.metadata.tags ?? [];
  const created = entity.metadata['creationTimestamp'];
  const profile = entity.spec?.['profile'] as { email?: unknown } | undefined;
  const email = typeof profile?.email === 'string' ? profile.email : undefined;
  const lifecycle = entity.spec?.['lifecycle'];
  return (
    <Section title="About">
      <KeyValues
        items={[
          [
            'Email',
            email === undefined ? undefined : (
              <TextLink key="email" href={`mailto:${email}`}>
                {email}
              </TextLink>
            ),
          ],
          ['Lifecycle', typeof lifecycle === 'string' ? capital(lifecycle) : undefined],
          [
            'Tags',
            tags.length === 0 ? undefined : (
              <span key="tags" className="p-row wrap tight">
                <FirstOf
                  items={tags}
                  most={SHORT}
                  of={(tag) => (
                    <Link key={tag} className="p-tag" href={`/catalog?tag=${encodeURIComponent(tag)}`} title={`Everything tagged ${tag}`}>
                      {tag}
                    </Link>
                  )}
                />
              </span>
            ),
          ],
          ['Made', typeof created === 'string' ? <RelativeTime key="made" at={created} /> : undefined],
          [
            'Reference',
            <span key="ref" className="p-mono p-anywhere">
              {`${entity.kind}:${entity.metadata.namespace ?? 'default'}/${entity.metadata.name}`.toLowerCase()}
            </span>,
          ],
        ]}
      />
    </Section>
  );
}
