import { readFileSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { runningEmbeddedUrl } from '@paved/host';

/** Connection string of the cluster that holds services' databases. */
export function servicesUrl(folder: string, database = 'postgres'): string {
  const cluster = path.join(folder, 'orchestrator/postgres/cluster');
  const { port } = JSON.parse(readFileSync(path.join(cluster, 'port.json'), 'utf8')) as { port: number };
  return `postgresql://paved:${readFileSync(path.join(cluster, 'password'), 'utf8').trim()}@127.0.0.1:${port}/${database}`;
}

/** Connection string of the platform's own database, when it is embedded. */
export async function platformUrl(folder: string): Promise<string> {
  const url = await runningEmbeddedUrl(path.join(folder, 'postgres'));
  if (url === undefined) throw new Error('The platform’s database does not run.');
  return url;
}

export async function query<T extends pg.QueryResultRow>(url: string, text: string, values: unknown[] = []): Promise<T[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query<T>(text, values)).rows;
  } finally {
    await client.end();
  }
}

/** Databases and roles made for a service in dev. */
export async function madeFor(folder: string, name: string): Promise<{ databases: string[]; roles: string[] }> {
  const pattern = `dev\\_${name.replaceAll('-', '\\_')}\\_%`;
  const url = servicesUrl(folder);
  const databases = await query<{ name: string }>(url, 'select datname as name from pg_database where datname like $1', [pattern]);
  const roles = await query<{ name: string }>(url, 'select rolname as name from pg_roles where rolname like $1', [pattern]);
  return { databases: databases.map((row) => row.name), roles: roles.map((row) => row.name) };
}
