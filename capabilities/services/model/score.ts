import { stringify } from 'yaml';
import type { Findings } from './findings.ts';
import { startOf } from './start-command.ts';
import { runs, type Wanted } from './wanted.ts';

/** A Score file, with what it was made from; or why there is none. */
export type ProposedScore = { readonly text: string; readonly from: string } | { readonly missing: string };

const DEFAULT_PORT = 8080;
const postgresClients = ['pg', 'postgres', 'pg-promise', 'slonik', '@prisma/client'];

/** A score.yaml for what was found: only what some file says, nothing guessed. */
export function proposeScore(findings: Findings, wanted: Pick<Wanted, 'name' | 'type'>): ProposedScore {
  if (!runs(wanted.type)) return { missing: `A ${wanted.type} does not run, so it gets no score.yaml.` };
  const start = startOf(findings);
  if (start === undefined) {
    return {
      missing:
        'No start command was found (package.json start script, Procfile, Dockerfile with CMD, index.html), so there is no score.yaml yet and nothing is deployed. Add one, and the next push deploys it.',
    };
  }
  const className = start.kind === 'static' ? 'static' : ['worker', 'job'].includes(wanted.type) ? wanted.type : 'default';
  const answers = className === 'default' || className === 'static';
  const port = findings.dockerfile?.port ?? DEFAULT_PORT;
  const path = findings.dockerfile?.healthPath;
  const database = start.kind === 'command' && postgresClients.some((client) => findings.manifest?.packages.includes(client) === true);
  const annotations = {
    ...(className === 'default' ? {} : { 'paved.dev/workload-class': className }),
    ...(start.kind === 'static' ? { 'paved.dev/static-folder': start.folder } : {}),
  };
  const container = {
    image: '.',
    ...(start.kind === 'command' ? { command: start.command } : {}),
    ...(database ? { variables: databaseVariables } : {}),
    ...(answers && path !== undefined && start.kind === 'command' ? { readinessProbe: { httpGet: { path, port } } } : {}),
  };
  const resources = {
    ...(database ? { db: { type: 'postgres' } } : {}),
    ...(answers ? { dns: { type: 'dns' }, route: { type: 'route', params: { host: '${resources.dns.host}', path: '/', port } } } : {}),
  };
  const document = {
    apiVersion: 'score.dev/v1b1',
    metadata: { name: wanted.name, ...(Object.keys(annotations).length === 0 ? {} : { annotations }) },
    ...(answers ? { service: { ports: { web: { port } } } } : {}),
    containers: { main: container },
    ...(Object.keys(resources).length === 0 ? {} : { resources }),
  };
  return { text: stringify(document, { lineWidth: 0 }), from: start.found };
}

/** The names that PostgreSQL's own clients read, and the one address that many frameworks want. */
const databaseVariables = {
  PGHOST: '${resources.db.host}',
  PGPORT: '${resources.db.port}',
  PGDATABASE: '${resources.db.name}',
  PGUSER: '${resources.db.username}',
  PGPASSWORD: '${resources.db.password}',
  DATABASE_URL:
    'postgres://${resources.db.username}:${resources.db.password}@${resources.db.host}:${resources.db.port}/${resources.db.name}',
};
