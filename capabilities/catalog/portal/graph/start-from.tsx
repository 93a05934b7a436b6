import { getEntitiesByQuery } from '@paved/client';
import { refOf, type Entity } from '@paved/kernel';
import { call, Combobox, Icon, iconOf, Link, Loaded, PageHeader, Section, Steady, titleOf, typeWords, useCall, useGo } from '@paved/ui';
import './explorer.css';

const hrefOf = (ref: string): string => `/catalog/graph?ref=${encodeURIComponent(ref)}`;

/** Nothing is chosen yet: any entity can be the centre; domains, systems and teams are offered. */
export function StartFrom() {
  const go = useGo();
  return (
    <>
      <PageHeader title="Graph" lede="Choose what to start from: a system, a service, a team." />
      <div className="p-explorer-start">
        <Combobox
          id="start"
          label="Start from"
          placeholder="Find an entity"
          value={undefined}
          onChange={(ref) => (ref === undefined ? undefined : go(hrefOf(ref)))}
          search={async (text) => {
            const found = await call(getEntitiesByQuery, {
              query: {
                fullTextFilterTerm: text,
                fullTextFilterFields: 'metadata.name,metadata.title',
                limit: 12,
                fields: 'kind,metadata.name,metadata.namespace,metadata.title,spec.type',
              },
            });
            return (found.items as unknown as Entity[]).map((entity) => ({
              value: refOf(entity),
              label: titleOf(entity),
              note: entity.kind,
            }));
          }}
        />
      </div>
      <Steady>
        <Offered title="Domains and systems" filter={['kind=domain', 'kind=system']} />
        <Offered title="Teams" filter={['kind=group']} />
      </Steady>
    </>
  );
}

function Offered({ title, filter }: { title: string; filter: string[] }) {
  const found = useCall(getEntitiesByQuery, {
    query: { filter, limit: 24, orderField: 'metadata.name,asc', fields: 'kind,metadata.name,metadata.namespace,metadata.title,spec.type' },
  });
  return (
    <Section title={title} note={found.data?.totalItems}>
      <Loaded query={found} what={title}>
        {({ items }) => (
          <ul className="p-explorer-offered">
            {(items as unknown as Entity[]).map((entity) => (
              <li key={refOf(entity)}>
                <Link href={hrefOf(refOf(entity))}>
                  <Icon of={iconOf(entity.kind, entity.spec?.['type'])} />
                  <span className="p-trunc">{titleOf(entity)}</span>
                  <small>{typeof entity.spec?.['type'] === 'string' ? typeWords(entity.spec['type']) : entity.kind}</small>
                </Link>
              </li>
            ))}
          </ul>
        )}
      </Loaded>
    </Section>
  );
}
