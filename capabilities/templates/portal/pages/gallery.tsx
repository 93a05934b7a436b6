import { formatDuration } from '@paved/kernel';
import {
  EntityName,
  Icon,
  Link,
  LinkButton,
  Loaded,
  PageHeader,
  plural,
  QueryField,
  State,
  Tag,
  useCrumbs,
  useData,
  useUrlState,
} from '@paved/ui';
import { IconChevronRight, IconFolderPlus, IconTemplate } from '@tabler/icons-react';
import { useCallback } from 'react';
import { templateIcon, type TemplateCard } from '../shapes.ts';
import './gallery.css';

/** Golden paths: what each makes, who keeps it, how long it takes. */
export function Page() {
  useCrumbs([{ label: 'Create' }]);
  const { params, set } = useUrlState();
  const text = (params.get('q') ?? '').toLowerCase();
  const templates = useData<{ items: readonly TemplateCard[] }>('/api/templates', {
    live: ['catalog.entity.changed'],
    concerns: (event) => event.subject.startsWith('template:'),
  });
  const setText = useCallback((value: string) => set((next) => (value === '' ? next.delete('q') : next.set('q', value))), [set]);
  return (
    <>
      <PageHeader
        title="Create"
        lede="Golden paths of the platform team: everything a service needs, made in one go."
        actions={
          <LinkButton href="/import" icon={IconFolderPlus}>
            Import a repository
          </LinkButton>
        }
      />
      <Loaded query={templates} what="Golden paths">
        {({ items }) => {
          const shown = items.filter((card) =>
            `${card.title} ${card.description} ${card.tags.join(' ')} ${card.type}`.toLowerCase().includes(text),
          );
          return items.length === 0 ? (
            <State icon={IconTemplate} title="No golden paths yet">
              A golden path is a template (kind Template) in the catalog. Register the file of one, and it appears here.
            </State>
          ) : (
            <>
              {items.length > 5 ? (
                <div className="p-row" style={{ marginBottom: 12 }}>
                  <QueryField
                    tokens={[]}
                    text={params.get('q') ?? ''}
                    placeholder="Search what to make"
                    onText={setText}
                    onRemove={() => undefined}
                  />
                </div>
              ) : null}
              <ul className="p-paths">
                {shown.map((card) => (
                  <li key={card.ref}>
                    <Link href={`/create/${card.namespace}/${card.name}`} className="path">
                      <Icon of={templateIcon(card)} size={20} />
                      <span>
                        <b>{card.title}</b>
                        <p>{card.description}</p>
                      </span>
                      <span className="go">
                        <span>Choose</span>
                        <Icon of={IconChevronRight} />
                      </span>
                      <span className="facts">
                        {card.typicalMs ? <span>about {formatDuration(card.typicalMs)}</span> : null}
                        {card.owner ? (
                          <span>
                            kept by <EntityName entityRef={card.owner} />
                          </span>
                        ) : null}
                        {card.uses > 0 ? <span>used {plural(card.uses, 'time')}</span> : null}
                        {card.tags.slice(0, 4).map((tag) => (
                          <Tag key={tag}>{tag}</Tag>
                        ))}
                        {card.problems.length > 0 ? (
                          <span style={{ color: 'var(--p-failed)' }}>cannot be used: {card.problems[0]?.message}</span>
                        ) : null}
                      </span>
                    </Link>
                  </li>
                ))}
              </ul>
              {shown.length === 0 ? <p className="p-13 p-t2">No golden path matches “{text}”.</p> : null}
            </>
          );
        }}
      </Loaded>
    </>
  );
}
