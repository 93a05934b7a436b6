import { sql } from 'kysely';
import type { Database } from '@paved/host';

const KEPT_DAYS = 30;

/** Notes a delivery; false when it was there already. Old ones are forgotten. */
export async function takeDelivery(
  tx: Database,
  delivery: { integration: string; id: string; changes: number },
  at: Date,
): Promise<boolean> {
  await sql`delete from forges.delivery where received_at < ${at}::timestamptz - make_interval(days => ${KEPT_DAYS})`.execute(tx);
  const { rows } = await sql<{ id: string }>`
    insert into forges.delivery (integration, id, changes, received_at) values (${delivery.integration}, ${delivery.id}, ${delivery.changes}, ${at})
    on conflict do nothing returning id`.execute(tx);
  return rows.length > 0;
}

/** When each integration was last heard. */
export async function lastDeliveries(db: Database): Promise<Map<string, Date>> {
  const { rows } = await sql<{ integration: string; at: Date }>`
    select integration, max(received_at) as at from forges.delivery group by integration`.execute(db);
  return new Map(rows.map((row) => [row.integration, row.at]));
}
