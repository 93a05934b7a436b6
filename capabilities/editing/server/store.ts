import { sql } from 'kysely';
import type { Database } from '@paved/host';
import type { Actor } from '@paved/kernel';

export interface AwaitedFile {
  readonly address: string;
  readonly repository: string;
  readonly actor: Actor;
}

export async function awaitFile(db: Database, file: AwaitedFile, at: Date): Promise<void> {
  await sql`
    insert into editing.awaited_file (address, repository, actor, since) values (${file.address}, ${file.repository}, ${JSON.stringify(file.actor)}::jsonb, ${at})
    on conflict (address) do update set actor = excluded.actor, since = excluded.since`.execute(db);
}

export async function awaitedFilesOf(db: Database, repository: string): Promise<AwaitedFile[]> {
  return (
    await sql<AwaitedFile>`select address, repository, actor from editing.awaited_file where repository = ${repository} order by address`.execute(
      db,
    )
  ).rows;
}

export async function forgetAwaited(db: Database, address: string): Promise<void> {
  await sql`delete from editing.awaited_file where address = ${address}`.execute(db);
}

/** Files whose pull request nobody merged in all that time. */
export async function forgetOld(db: Database, before: Date): Promise<void> {
  await sql`delete from editing.awaited_file where since < ${before}`.execute(db);
}
