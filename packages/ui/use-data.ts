import {
  hashKey,
  keepPreviousData,
  useMutation,
  useQuery,
  useQueryClient,
  type UseMutationResult,
  type UseQueryResult,
} from '@tanstack/react-query';
import { addressOf, type Operation, type Wanted, type WantedArguments } from '@paved/client';
import { api, call, type ApiError, type Query } from './api.ts';
import { useEvents, useTogether, type LiveEvent } from './live.tsx';

interface ReadOptions {
  /** Do not ask yet. */
  readonly off?: boolean;
  /** Event types after which this is asked again (at most four times a second). */
  readonly live?: readonly string[];
  /** Which of those events concern this; default all. */
  readonly concerns?: (event: LiveEvent) => boolean;
  /** Keep showing the old answer while a new query loads. */
  readonly keep?: boolean;
  readonly refetchMs?: number;
}

interface DataOptions extends ReadOptions {
  readonly query?: Query | undefined;
}

/** Reads from the API by path; the same path and query are asked once, and again when one of the `live` events comes. */
export function useData<T>(path: string, options: DataOptions = {}): UseQueryResult<T, ApiError> {
  return useRead(path, options.query ?? {}, (signal) => api.get<T>(path, options.query, signal), options);
}

/**
 * Reads with an operation of the API: `useCall(listRuns, { query: { subject } }, { live: ['runs.run.changed'] })`. It shares its
 * answers with `useData` of the same path and query.
 */
export function useCall<F extends Operation>(
  operation: F,
  wanted?: Wanted<F>,
  options: ReadOptions = {},
): UseQueryResult<Awaited<ReturnType<F>>, ApiError> {
  const { path, query } = addressOf(operation, wanted);
  type Answer = Awaited<ReturnType<F>>;
  const read = (signal: AbortSignal): Promise<Answer> =>
    call(operation, ...([{ ...wanted, signal }] as unknown as WantedArguments<F>)) as Promise<Answer>;
  return useRead(path, query, read, options);
}

function useRead<T>(
  path: string,
  query: object,
  read: (signal: AbortSignal) => Promise<T>,
  options: ReadOptions,
): UseQueryResult<T, ApiError> {
  const client = useQueryClient();
  // Parts of a page that show the same answer ask for it once, however many of them hear the event.
  const together = useTogether(250);
  const key = ['api', path, query];
  useEvents(options.off ? [] : (options.live ?? []), (event) => {
    if (options.concerns && !options.concerns(event)) return;
    together(hashKey(key), () => void client.invalidateQueries({ queryKey: key }));
  });
  return useQuery<T, ApiError>({
    queryKey: key,
    queryFn: ({ signal }) => read(signal),
    enabled: options.off !== true,
    ...(options.keep ? { placeholderData: keepPreviousData } : {}),
    ...(options.refetchMs === undefined ? {} : { refetchInterval: options.refetchMs }),
  });
}

/** Forgets what was read below these paths, so that it is asked again. */
export function useRefresh(): (...paths: string[]) => void {
  const client = useQueryClient();
  return (...paths) =>
    void client.invalidateQueries({
      predicate: (query) => query.queryKey[0] === 'api' && paths.some((path) => String(query.queryKey[1]).startsWith(path)),
    });
}

/** Changes something; afterwards everything read below `refresh` is asked again. */
export function useChange<I, O = unknown>(
  change: (input: I) => Promise<O>,
  options: { refresh?: readonly string[]; done?: (output: O, input: I) => void; failed?: (error: ApiError) => void } = {},
): UseMutationResult<O, ApiError, I> {
  const refresh = useRefresh();
  return useMutation<O, ApiError, I>({
    mutationFn: change,
    onSuccess: (output, input) => {
      refresh(...(options.refresh ?? []));
      options.done?.(output, input);
    },
    ...(options.failed ? { onError: options.failed } : {}),
  });
}
