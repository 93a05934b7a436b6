import { formatRef, parseRef, refOf, type Entity } from '@paved/kernel';
import type { CheckedDocument, DocumentChecks, EntityKeeper } from '../index.ts';
import { parseDocuments } from '../model/documents.ts';
import { fillPlaceholders, placeholdersOf } from '../model/placeholders.ts';
import { validateDocument } from '../model/validate.ts';
import { unknownReferences } from './references/unknown-references.ts';
import type { SyncDeps } from './sync.ts';
import * as views from './views.ts';

/** Documents judged by the catalog's rules without being stored, and who keeps what: for those who change documents at their source. */
export function createDocumentChecks(deps: Pick<SyncDeps, 'db' | 'kinds' | 'registry'>): DocumentChecks {
  return {
    async checkDocuments(text) {
      await deps.kinds.fresh();
      const documents = parseDocuments(text);
      const checked = documents.map((document): Omit<CheckedDocument, 'warnings'> => {
        const { index, line } = document;
        if ('broken' in document) return { index, line, problems: [{ ...document.broken, line }] };
        // What other files fill is judged when they are read: here any text does.
        const verdict = validateDocument(
          fillPlaceholders(document.value, new Map(placeholdersOf(document.value).map(({ at }) => [at, 'text']))),
          deps.registry,
        );
        if (!verdict.valid)
          return { index, line, problems: verdict.problems.map((problem) => ({ ...problem, line: document.lineOf(problem.at) })) };
        return {
          index,
          line,
          problems: [],
          entity: document.value as unknown as Entity,
          ref: refOf(verdict.entity),
          ownerRefs: verdict.edges.filter((edge) => edge.type === 'ownedBy').map((edge) => edge.to),
          forEverybody: deps.registry.isForEverybody(verdict.entity.kind),
        };
      });
      const unknown = await unknownReferences(
        deps,
        checked.map(({ entity }) => entity),
      );
      return checked.map((one, i): CheckedDocument => {
        const document = documents[i];
        const lineOf = (at: string): number => (document !== undefined && 'lineOf' in document ? document.lineOf(at) : one.line);
        return { ...one, warnings: (unknown[i] ?? []).map((warning) => ({ ...warning, line: lineOf(warning.at) })) };
      });
    },
    async keeperOf(ref) {
      const origin = await views.originOf(deps.db, formatRef(parseRef(ref)));
      if (origin === undefined) return undefined;
      return { source: origin.source, line: origin.line, stale: origin.stale, by: keeper(origin) };
    },
  };
}

function keeper({ ownerKey, locationId }: views.Origin): EntityKeeper['by'] {
  const cut = ownerKey.indexOf(':');
  const [type, name] = [ownerKey.slice(0, cut), ownerKey.slice(cut + 1)];
  if (type === 'location' && locationId !== null) return { type: 'location', locationId };
  if (type === 'origin' || type === 'provider') return { type, name };
  return { type: 'orphan' };
}
