import type { Database } from '@paved/host';
import { documentOf } from '../../model/history/document.ts';
import { searchRowsOf } from '../../model/search-keys.ts';
import { addSearchRows, lockSearchRows, unsearchable } from './store.ts';

const BATCH = 2500;

/** Makes the search rows of versions that were valid at a time. They stay, so each version costs this once, and only when asked about. */
export async function makeSearchable(db: Database, at: Date): Promise<void> {
  if ((await unsearchable(db, at, '0', 1)).length === 0) return;
  await db.transaction().execute(async (tx) => {
    await lockSearchRows(tx);
    let after = '0';
    for (let found = await unsearchable(tx, at, after, BATCH); found.length > 0; found = await unsearchable(tx, at, after, BATCH)) {
      await addSearchRows(
        tx,
        found.flatMap(({ id, head }) => searchRowsOf(documentOf(head)).map((row) => ({ ...row, id }))),
      );
      after = found.at(-1)?.id ?? after;
    }
  });
}
