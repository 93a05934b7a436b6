import { EntityLink, KeyValues, nameOf, related, RelativeTime, Section, Tag, TextLink, type EntityPartProps } from '@paved/ui';

/** Tags, links, people: what does not change every day. */
export function Part({ entity }: EntityPartProps) {
  const links = entity.metadata.links ?? [];
  const tags = entity.metadata.tags ?? [];
  const apis = [...related(entity, 'providesApi'), ...related(entity, 'consumesApi')];
  const created = entity.metadata['creationTimestamp'];
  const list = (refs: readonly string[]) =>
    refs.length === 0
      ? undefined
      : refs.map((ref, i) => (
          <span key={ref}>
            {i > 0 ? ', ' : ''}
            <EntityLink entityRef={ref}>{nameOf(ref)}</EntityLink>
          </span>
        ));
  return (
    <Section title="About">
      <KeyValues
        items={[
          ['Lifecycle', typeof entity.spec?.['lifecycle'] === 'string' ? entity.spec['lifecycle'] : undefined],
          ['APIs', list(apis)],
          [
            'Tags',
            tags.length === 0 ? undefined : (
              <span key="tags" className="p-row wrap tight">
                {tags.map((tag) => (
                  <Tag key={tag}>{tag}</Tag>
                ))}
              </span>
            ),
          ],
          [
            'Links',
            links.length === 0
              ? undefined
              : links.map((link) => (
                  <div key={link.url}>
                    <TextLink href={link.url}>{link.title ?? link.url}</TextLink>
                  </div>
                )),
          ],
          ['Made', typeof created === 'string' ? <RelativeTime key="made" at={created} /> : undefined],
          [
            'Reference',
            <span key="ref" className="p-mono">
              {`${entity.kind}:${entity.metadata.namespace ?? 'default'}/${entity.metadata.name}`.toLowerCase()}
            </span>,
          ],
        ]}
      />
    </Section>
  );
}
