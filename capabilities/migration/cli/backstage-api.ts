import { PavedError, type Entity, messageOf } from '@paved/kernel';

/** What is read of a running Backstage. */
export interface BackstageApi {
  locations(): Promise<{ type: string; target: string }[]>;
  /** Every entity, page by page. */
  entities(): AsyncGenerator<Entity[]>;
}

const PAGE = 500;
const TIMEOUT_MS = 60_000;

/** Reads the catalog API of a Backstage (1.14 or later). `url` is the backend's address; a token is a static external access token. */
export function createBackstageApi(options: { url: string; token?: string | undefined; signal: AbortSignal }): BackstageApi {
  const base = options.url.replace(/\/+$/, '').replace(/\/api(\/catalog)?$/, '');
  const get = async <T>(path: string): Promise<T> => {
    let response: Response;
    try {
      response = await fetch(`${base}/api/catalog${path}`, {
        headers: { accept: 'application/json', ...(options.token === undefined ? {} : { authorization: `Bearer ${options.token}` }) },
        signal: AbortSignal.any([options.signal, AbortSignal.timeout(TIMEOUT_MS)]),
      });
    } catch (error) {
      throw new PavedError('unavailable', `${base} does not answer: ${messageOf(error)}.`, {
        fix: 'Check --url; it is the address of the backend.',
      });
    }
    if (response.status === 401 || response.status === 403)
      throw new PavedError('forbidden', `${base} refuses to tell its catalog (${response.status}).`, {
        fix: 'Give a static external access token of Backstage with --token or BACKSTAGE_TOKEN.',
      });
    const text = await response.text();
    if (!response.ok)
      throw new PavedError('unavailable', `${base}/api/catalog${path} answered ${response.status}.`, {
        fix: 'Look into the log of Backstage.',
      });
    try {
      return JSON.parse(text) as T;
    } catch {
      throw new PavedError('invalid', `${base} answered something that is no JSON.`, {
        fix: 'Name the backend of Backstage, not its portal.',
      });
    }
  };
  return {
    async locations() {
      const answer = await get<{ data: { type: string; target: string } }[]>('/locations');
      return answer.map(({ data }) => ({ type: data.type, target: data.target }));
    },
    async *entities() {
      let cursor: string | undefined;
      do {
        const query =
          cursor === undefined ? `limit=${PAGE}&orderField=metadata.uid,asc` : `limit=${PAGE}&cursor=${encodeURIComponent(cursor)}`;
        const page = await get<{ items: Entity[]; pageInfo: { nextCursor?: string } }>(`/entities/by-query?${query}`);
        yield page.items;
        cursor = page.pageInfo.nextCursor;
      } while (cursor !== undefined);
    },
  };
}
