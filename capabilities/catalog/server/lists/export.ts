import { csvLine } from '../../model/list/csv.ts';
import { textOf, valueAt } from '../../model/list/field-value.ts';
import { parseEntity } from './queries.ts';

export type ExportFormat = 'csv' | 'json';

/** Columns of an export that names none. */
export const DEFAULT_COLUMNS = [
  'kind',
  'metadata.namespace',
  'metadata.name',
  'metadata.title',
  'metadata.description',
  'spec.type',
  'spec.lifecycle',
  'relations.ownedBy',
  'relations.partOf',
  'metadata.tags',
];

/**
 * Writes entities as they come, portion by portion. JSON without columns holds whole entities, with columns flat objects by path;
 * CSV has a line of paths first.
 */
export async function* exported(
  portions: AsyncIterable<readonly string[]>,
  format: ExportFormat,
  columns: readonly string[],
): AsyncGenerator<string> {
  if (format === 'csv') {
    const paths = columns.length > 0 ? columns : DEFAULT_COLUMNS;
    // Excel takes a file for UTF-8 only when it begins with this mark.
    yield `\uFEFF${csvLine(paths)}`;
    for await (const bodies of portions) {
      yield bodies
        .map(parseEntity)
        .map((entity) => csvLine(paths.map((path) => textOf(valueAt(entity, path)))))
        .join('');
    }
    return;
  }
  let before = '[';
  for await (const bodies of portions) {
    if (bodies.length === 0) continue;
    const texts =
      columns.length === 0
        ? bodies
        : bodies.map((body) => {
            const entity = parseEntity(body);
            return JSON.stringify(Object.fromEntries(columns.map((path) => [path, valueAt(entity, path) ?? null])));
          });
    yield `${before}\n${texts.join(',\n')}`;
    before = ',';
  }
  yield before === '[' ? '[]\n' : '\n]\n';
}
