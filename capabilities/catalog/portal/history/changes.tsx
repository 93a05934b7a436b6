import { PageHeader, useCrumbs } from '@paved/ui';
import { ChangesView } from './changes-view.tsx';

/** What was added, changed and removed in the whole catalog. */
export function Page() {
  useCrumbs([{ label: 'Catalog', href: '/catalog?kind=Component' }, { label: 'Changes' }]);
  return (
    <>
      <PageHeader tight title="Changes" lede="What was added, changed and removed in the catalog." />
      <ChangesView />
    </>
  );
}
