import { parseRef } from '@paved/kernel';
import {
  Bone,
  entityHref,
  Link,
  Loaded,
  Prose,
  Skeletons,
  State,
  TextLink,
  useData,
  useUrlState,
  withQuery,
  type EntityTabProps,
} from '@paved/ui';
import { IconBook } from '@tabler/icons-react';
import type { DocsPage } from '@paved/docs';
import './docs.css';

interface NavigationItem {
  readonly title: string;
  readonly path?: string;
  readonly href?: string;
  readonly children?: readonly NavigationItem[];
}

interface Site {
  readonly name?: string;
  readonly home: string;
  readonly navigation: readonly NavigationItem[];
  readonly repository?: { readonly slug: string; readonly folder: string };
  readonly problem?: string;
}

/** The entity's documentation: contents, page, headings. */
export function Tab({ entityRef }: EntityTabProps) {
  const { kind, namespace, name } = parseRef(entityRef);
  const { params } = useUrlState();
  const base = `/api/docs/${kind}/${namespace}/${name}`;
  const live = { live: ['repositories.branch.pushed'] };
  const site = useData<Site>(base, live);
  const path = params.get('page') ?? site.data?.home;
  const page = useData<DocsPage>(`${base}/page`, {
    query: { path },
    off: site.data === undefined || site.data.problem !== undefined,
    keep: true,
    ...live,
  });
  return (
    <Loaded query={site} what="The documentation" skeleton={<DocsSkeleton />}>
      {(data) =>
        data.problem ? (
          <State icon={IconBook} title="No documentation yet">
            {data.problem}
          </State>
        ) : (
          <div className="p-docs">
            <nav aria-label="Contents">
              <Contents items={data.navigation} entityRef={entityRef} current={path ?? data.home} />
            </nav>
            <Loaded query={page} what="The page" skeleton={<DocsSkeleton />}>
              {(shown) => (
                <div>
                  <Prose html={shown.html} />
                  {data.repository ? (
                    <p className="p-13 p-t3" style={{ marginTop: 32 }}>
                      <TextLink
                        href={withQuery(`/repositories/${data.repository.slug}`, {
                          path: `${data.repository.folder ? `${data.repository.folder}/` : ''}${shown.path}`,
                          view: 'file',
                        })}
                      >
                        Source of this page
                      </TextLink>
                    </p>
                  ) : null}
                </div>
              )}
            </Loaded>
            <nav className="toc" aria-label="On this page">
              {page.data && page.data.headings.filter((heading) => heading.level > 1).length > 1 ? (
                <>
                  <div className="group">On this page</div>
                  {page.data.headings
                    .filter((heading) => heading.level === 2 || heading.level === 3)
                    .map((heading) => (
                      <a key={heading.id} href={`#${heading.id}`} style={heading.level === 3 ? { paddingLeft: 20 } : undefined}>
                        {heading.text}
                      </a>
                    ))}
                </>
              ) : null}
            </nav>
          </div>
        )
      }
    </Loaded>
  );
}

function Contents({ items, entityRef, current }: { items: readonly NavigationItem[]; entityRef: string; current: string }) {
  return (
    <ul>
      {items.map((item) => (
        <li key={`${item.title}${item.path ?? ''}`}>
          {item.href ? (
            <Link href={item.href}>{item.title}</Link>
          ) : item.path === undefined ? (
            <div className="group">{item.title}</div>
          ) : (
            <Link
              href={withQuery(entityHref(entityRef, 'docs'), { page: item.path })}
              aria-current={item.path === current ? 'page' : undefined}
            >
              {item.title}
            </Link>
          )}
          {item.children ? <Contents items={item.children} entityRef={entityRef} current={current} /> : null}
        </li>
      ))}
    </ul>
  );
}

function DocsSkeleton() {
  return (
    <Skeletons label="The documentation">
      <div style={{ display: 'grid', gap: 14, minHeight: 400, alignContent: 'start', maxWidth: 560 }}>
        <Bone width={240} height={22} />
        {['92%', '88%', '95%', '60%', '90%', '76%'].map((width) => (
          <Bone key={width} width={width} />
        ))}
      </div>
    </Skeletons>
  );
}
