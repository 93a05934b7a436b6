import { entityHref, Link, nameOf, PageHeader, useCrumbs, useData, useRouteParams } from '@paved/ui';
import { VersionsView } from './versions-view.tsx';
import { historyPath, type VersionPage } from './versions.ts';

/** The versions of an entity that may be gone: its own page is no more. */
export function Page() {
  const { namespace = 'default', kind = 'component', name = '' } = useRouteParams();
  const ref = `${kind}:${namespace}/${name}`.toLowerCase();
  const last = useData<VersionPage>(historyPath(ref), { query: { limit: 1 } }).data?.items[0];
  const title = last?.title ?? nameOf(ref);
  useCrumbs([{ label: 'Catalog', href: '/catalog?kind=Component' }, { label: 'Changes', href: '/catalog/changes' }, { label: title }]);
  return (
    <>
      <PageHeader
        tight
        title={title}
        lede={
          last === undefined ? (
            // Keeps the line it will have.
            '\u00a0'
          ) : last.change === 'removed' ? (
            'Removed from the catalog; its versions stay.'
          ) : (
            <Link className="p-plain" href={entityHref(ref)}>
              It is in the catalog: open it
            </Link>
          )
        }
      />
      <VersionsView entityRef={ref} />
    </>
  );
}
