import { useLocation, useRouter } from '@tanstack/react-router';
import { useCallback } from 'react';

/** The address's query as state: what a list shows can be shared and gone back to. */
export function useUrlState(): {
  params: URLSearchParams;
  set: (change: (params: URLSearchParams) => void, options?: { push?: boolean }) => void;
} {
  const router = useRouter();
  const search = useLocation({ select: (location) => location.searchStr });
  const params = new URLSearchParams(search);
  const set = useCallback(
    (change: (params: URLSearchParams) => void, options: { push?: boolean } = {}) => {
      const { pathname, searchStr, hash } = router.state.location;
      const next = new URLSearchParams(searchStr);
      change(next);
      const text = next.toString();
      void router.navigate({
        href: `${pathname}${text === '' ? '' : `?${text}`}${hash ? `#${hash}` : ''}`,
        replace: options.push !== true,
        resetScroll: false,
      });
    },
    [router],
  );
  return { params, set };
}

/** Parameters of the page's route (`/runs/$id`). A missing one is an empty text: the route's pattern guarantees it. */
export function useRouteParams(): Record<string, string> {
  const router = useRouter();
  return useLocation({ select: () => (router.state.matches.at(-1)?.params ?? {}) as Record<string, string> });
}
