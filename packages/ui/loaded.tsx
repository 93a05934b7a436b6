import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { ApiError } from './api.ts';
import { SkeletonRows } from './skeleton.tsx';
import { FailedState } from './state.tsx';

interface LoadedProps<T> {
  readonly query: UseQueryResult<T, ApiError>;
  /** A plural noun for people: "Deployments". */
  readonly what: string;
  readonly skeleton?: ReactNode;
  readonly children: (data: T) => ReactNode;
}

/** Skeleton, error or content: one section's life. Old data stays visible when a refresh fails. */
export function Loaded<T>({ query, what, skeleton, children }: LoadedProps<T>) {
  if (query.data !== undefined) return <>{children(query.data)}</>;
  if (query.error) return <FailedState what={what} error={query.error} onRetry={() => void query.refetch()} />;
  return <>{skeleton ?? <SkeletonRows label={what} />}</>;
}
