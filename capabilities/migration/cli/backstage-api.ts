import { PavedError, type Entity, messageOf } from '@paved/kernel';

/** What is read of a running Backstage. */
export interface BackstageApi {
  locations(): Promise<{ type: string; target: string }[]>;
  /** Every entity, page by page. */
  entities(): AsyncGenerator<Entity[]>;
}

const PAGE = 500;
const TIMEOUT_MS = 60_000;
const TRIES = 4;
const PAUSE_MS = 500;
/** Longer than that nobody sits at a terminal: the import ends with what Backstage asked for. */
const PATIENCE_S = 60;

/** Reads the catalog API of a Backstage (1.14 or later). `url` is the backend's address; a token is a static external access token. */
export function createBackstageApi(options: { url: string; token?: string | undefined; signal: AbortSignal }): BackstageApi {
  const base = options.url.replace(/\/+$/, '').replace(/\/api(\/catalog)?$/, '');
  if (!/^https?:\/\/[^/]/.test(base))
    throw new PavedError('invalid', `"${options.url}" is no address.`, { fix: 'Write it like https://backstage.example.com.' });
  const get = async (path: string): Promise<unknown> => {
    for (let attempt = 1; ; attempt++) {
      const answer = await ask(`${base}/api/catalog${path}`, options);
      // A Backstage that is started anew or is busy answers the next time.
      const again = answer instanceof Error || answer.status === 429 || answer.status >= 500;
      const wait = answer instanceof Error ? 0 : Number(answer.headers.get('retry-after') ?? 0);
      if (again && attempt < TRIES && wait <= PATIENCE_S) {
        await pause(Math.max(wait * 1000, PAUSE_MS * 2 ** (attempt - 1)), options.signal);
        continue;
      }
      if (answer instanceof Error)
        throw new PavedError('unavailable', `${base} does not answer: ${reasonOf(answer)}.`, {
          fix: 'Check --url; it is the address of the backend.',
        });
      return readAnswer(base, path, answer);
    }
  };
  const unexpected = (path: string): PavedError =>
    new PavedError('invalid', `${base}/api/catalog${path.replace(/\?.*/, '')} answers something that is no catalog of a Backstage.`, {
      fix: 'Check --url; it is the address of the backend.',
    });
  return {
    async locations() {
      const answer = await get('/locations');
      if (!Array.isArray(answer)) throw unexpected('/locations');
      return (answer as { data?: { type?: unknown; target?: unknown } }[]).flatMap(({ data }) =>
        typeof data?.type === 'string' && typeof data.target === 'string' ? [{ type: data.type, target: data.target }] : [],
      );
    },
    async *entities() {
      let cursor: string | undefined;
      do {
        const path = `/entities/by-query?limit=${PAGE}&${
          cursor === undefined ? 'orderField=metadata.uid,asc' : `cursor=${encodeURIComponent(cursor)}`
        }`;
        const page = (await get(path)) as { items?: unknown; pageInfo?: { nextCursor?: string } } | null;
        if (!Array.isArray(page?.items)) throw unexpected(path);
        yield (page.items as Partial<Entity>[]).filter(isEntity);
        cursor = page.pageInfo?.nextCursor;
      } while (cursor !== undefined);
    },
  };
}

const isEntity = (value: Partial<Entity> | null): value is Entity =>
  typeof value?.kind === 'string' && typeof value.apiVersion === 'string' && typeof value.metadata?.name === 'string';

/** One question; an error that was none of ours is an answer too, since it may be asked again. */
async function ask(address: string, { token, signal }: { token?: string | undefined; signal: AbortSignal }): Promise<Response | Error> {
  try {
    return await fetch(address, {
      headers: { accept: 'application/json', ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
  } catch (error) {
    if (signal.aborted) throw new PavedError('cancelled', 'The import was stopped.', { fix: 'Run it again: what came over stays.' });
    return error instanceof Error ? error : new Error(messageOf(error));
  }
}

async function readAnswer(base: string, path: string, answer: Response): Promise<unknown> {
  const where = `${base}/api/catalog${path.replace(/\?.*/, '')}`;
  if (answer.status === 401 || answer.status === 403)
    throw new PavedError('forbidden', `${base} refuses to tell its catalog (${answer.status}).`, {
      fix: 'Give a static external access token of Backstage with --token or BACKSTAGE_TOKEN.',
    });
  if (answer.status === 404)
    throw new PavedError('not_found', `There is no ${where}.`, {
      fix: 'Check --url: the address of the backend of a Backstage 1.14 or later, not of its portal.',
    });
  if (!answer.ok)
    throw new PavedError('unavailable', `${where} answered ${answer.status}${answer.status === 429 ? ' (too many requests)' : ''}.`, {
      fix: answer.status === 429 ? 'Try again later.' : 'Look into the log of Backstage, then run it again.',
    });
  try {
    return JSON.parse(await answer.text()) as unknown;
  } catch {
    throw new PavedError('invalid', `${where} answers something that is no JSON.`, {
      fix: 'Name the backend of Backstage, not its portal; behind a sign-in page, give a token.',
    });
  }
}

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
  });

/** `fetch failed` says nothing: its cause does. */
const reasonOf = (error: Error): string => {
  const cause = error.cause as { code?: string; message?: string } | undefined;
  return cause?.code ?? cause?.message ?? error.message;
};
