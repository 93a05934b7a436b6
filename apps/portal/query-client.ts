import { ApiError } from '@paved/ui';
import { QueryClient } from '@tanstack/react-query';

/** Answers stay fresh until an event says otherwise; refusals are not tried again, silence is. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        gcTime: 10 * 60_000,
        refetchOnWindowFocus: true,
        networkMode: 'always',
        retry: (failures, error) => failures < 2 && error instanceof ApiError && (error.code === 'offline' || error.status >= 502),
        retryDelay: (attempt) => Math.min(4000, 400 * 2 ** attempt),
      },
      mutations: { networkMode: 'always' },
    },
  });
}
