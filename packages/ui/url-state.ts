import { useParams, useRouter, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';

/**
 * The router keeps the query as its text under `raw`, so that repeated keys survive. Read from the page's own match, not
 * from the location: a page that is being left keeps seeing its own address.
 */
export interface RawSearch {
  readonly raw?: string;
}

/** The address's query as state: what a list shows can be shared and gone back to. */
export function useUrlState(): {
  params: URLSearchParams;
  set: (change: (params: URLSearchParams) => void, options?: { push?: boolean }) => void;
} {
  const router = useRouter();
  const search = useSearch({ strict: false }) as RawSearch;
  const params = new URLSearchParams(search.raw ?? '');
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

/** Parameters of the page's route (`/runs/$id`). A missing one is undefined: destructure with a default. */
export function useRouteParams(): Record<string, string> {
  return useParams({ strict: false }) as Record<string, string>;
}
