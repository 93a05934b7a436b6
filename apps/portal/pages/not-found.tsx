import { commandKey, LinkButton, State, useCrumbs } from '@paved/ui';
import { IconSearch } from '@tabler/icons-react';
import { useLocation } from '@tanstack/react-router';

/** An address that no page has. */
export function NotFound() {
  const path = useLocation({ select: (location) => location.pathname });
  useCrumbs([{ label: 'Not found' }]);
  return (
    <State
      icon={IconSearch}
      title={`Nothing is at ${path}`}
      actions={
        <>
          <LinkButton href="/catalog">Search the catalog</LinkButton>
          <LinkButton look="quiet" href="/">
            Home
          </LinkButton>
        </>
      }
    >
      It may have been renamed or removed. {commandKey('K')} finds things by name.
    </State>
  );
}
