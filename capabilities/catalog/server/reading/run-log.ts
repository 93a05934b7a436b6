import type { Database } from '@paved/host';
import type { SyncOutcome } from '../sync.ts';
import { problems } from '../views.ts';

const SHOWN = 100;

/** What a run that read a source says in its log: what changed, then what is wrong, by file and line. */
export async function readingLog(db: Database, locationId: string, outcome: SyncOutcome): Promise<{ text: string; bad: boolean }[]> {
  const changes = (['added', 'updated', 'removed', 'unchanged'] as const).map((name) => `${outcome[name]} ${name}`).join(', ');
  const stale = outcome.stale === 0 ? '' : `, ${outcome.stale} kept as an old version`;
  const { rows, total } = await problems(db, { locationId, limit: SHOWN, offset: 0 });
  return [
    { text: `${changes}${stale}`, bad: false },
    ...rows.map((row) => ({ text: `${row.source}:${row.line} ${row.message}${row.fix === null ? '' : ` ${row.fix}`}`, bad: true })),
    ...(total > rows.length
      ? [{ text: `and ${total - rows.length} more problems: GET /api/catalog/problems?locationId=${locationId}`, bad: true }]
      : []),
  ];
}
