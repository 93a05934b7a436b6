import { closest, distance } from 'fastest-levenshtein';
import { ApiError, getEntitiesByQuery, type CliContext } from '@paved/client';
import { formatRef, PavedError, parseRef, refOf, type Entity } from '@paved/kernel';

/** Asks for something of an entity; when the catalog has none of that name, says which one may have been meant. */
export async function existing<T>(cli: CliContext, text: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (cause) {
    if (!(cause instanceof ApiError) || cause.status !== 404 || cli.signal.aborted) throw cause;
    const ref = formatRef(parseRef(text, { kind: 'component' }));
    // Help that cannot be had is no reason to hide what went wrong.
    const meant = await candidates(cli, ref).catch(() => []);
    throw new PavedError('not_found', `The catalog has no ${ref}.`, {
      fix: meant.length > 0 ? `Did you mean ${meant.join(' or ')}?` : `See what there is: paved catalog list ${parseRef(ref).kind}`,
      cause,
    });
  }
}

/** What has the name in another kind or namespace; else the nearest name of the kind. */
async function candidates(cli: CliContext, ref: string): Promise<string[]> {
  const { kind, namespace, name } = parseRef(ref);
  const find = async (filter: string, term?: string): Promise<string[]> => {
    const { items } = await cli.api.call(getEntitiesByQuery, {
      query: {
        filter: [filter],
        fields: ['kind,metadata.name,metadata.namespace'],
        orderField: ['metadata.name'],
        limit: 1000,
        ...(term === undefined ? {} : { fullTextFilterTerm: term, fullTextFilterFields: ['metadata.name'] }),
      },
    });
    return (items as unknown as Entity[]).map((entity) => refOf(entity));
  };
  const named = await find(`metadata.name=${name}`);
  if (named.length > 0) return named.slice(0, 3);
  const begins = await find(`kind=${kind},metadata.namespace=${namespace}`, name.slice(0, 3));
  const known = begins.length > 0 ? begins : await find(`kind=${kind}`);
  if (known.length === 0) return [];
  const best = closest(ref, known);
  return distance(ref, best) <= Math.max(2, Math.floor(name.length / 3)) ? [best] : [];
}
