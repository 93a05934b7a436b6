import { PageHeader, useCrumbs } from '@paved/ui';
import { PullRequests } from '../parts/pull-requests.tsx';

/** Pull requests of all repositories. */
export function Page() {
  useCrumbs([{ label: 'Pull requests' }]);
  return (
    <>
      <PageHeader title="Pull requests" lede="Of all repositories, latest change first." />
      <PullRequests />
    </>
  );
}
