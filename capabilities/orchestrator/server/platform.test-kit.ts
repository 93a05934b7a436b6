import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { systemActor, type Actor, type Entity } from '@paved/kernel';
import { auditCapability } from '@paved/audit/server';
import { catalog } from '@paved/catalog';
import { catalogCapability } from '@paved/catalog/server';
import { deliveryCapability } from '@paved/delivery/server';
import { repositories, type Check } from '@paved/repositories';
import { runsCapability } from '@paved/runs/server';
import { secretsCapability } from '@paved/secrets/server';
import { testPlatform, type TestPlatform } from '@paved/testing';
import { orchestrator, type DeployRequest, type Deployment } from '../index.ts';
import { orchestratorCapability } from './index.ts';
import { journalOf, recordingDriver, type Recorded } from './recording-driver.test-kit.ts';

export const shop = 'component:default/shop';

export const score = (more = ''): string => `apiVersion: score.dev/v1b1
metadata: {name: shop}
service: {ports: {web: {port: 8080}}}
containers:
  main:
    image: .
    command: [node, main.js]
    variables:
      DB: postgresql://\${resources.db.username}:\${resources.db.password}@\${resources.db.host}:\${resources.db.port}/\${resources.db.name}
      PASSWORD: \${resources.db.password}
      PORTS: "\${resources.db.port}"
resources:
  db: {type: postgres}
  dns: {type: dns}
  route: {type: route, params: {host: "\${resources.dns.host}", port: 8080}}
${more}`;

export const artifact = (version: string): NonNullable<DeployRequest['artifact']> => ({
  digest: `sha256:${version}`,
  type: 'archive',
  location: `/artifacts/${version}.tar.gz`,
  version,
});

export const commitOf = (version: string): string => version.replaceAll(/\D/g, '').padEnd(40, '0');

const component = (name: string): Entity => ({
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  metadata: { name, annotations: { 'paved.dev/repository': `payments/${name}` } },
  spec: { type: 'service', lifecycle: 'production', owner: 'payments' },
});

export interface Bench extends AsyncDisposable {
  readonly platform: TestPlatform;
  /** The drivers' world. */
  readonly folder: string;
  readonly checks: Check[];
  calls(): Recorded[];
  put(...entities: Entity[]): Promise<void>;
  deploy(version: string, more?: Partial<DeployRequest>, actor?: Actor): Promise<Deployment>;
  /** Deploys and waits for the end. */
  ship(version: string, more?: Partial<DeployRequest>): Promise<Deployment>;
  settled(id: string): Promise<Deployment>;
  flag(name: string, on: boolean): void;
}

export interface BenchOptions {
  readonly entities?: Entity[];
  readonly authorize?: Parameters<typeof testPlatform>[0]['authorize'];
  /** Another server on the same database, data directory and drivers' world. */
  readonly beside?: { readonly databaseUrl: string; readonly dataDir: string; readonly folder: string };
}

/** A platform with everything real but repositories and drivers. */
export async function bench(options: BenchOptions = {}): Promise<Bench> {
  const folder = options.beside?.folder ?? mkdtempSync(path.join(os.tmpdir(), 'paved-drivers-'));
  const checks: Check[] = [];
  const scm = {
    get: async () => ({ defaultBranch: 'main' }),
    readFile: async () => ({ text: score(), binary: false, size: 1 }),
    setCheck: async (_slug: string, _sha: string, check: Check) => void checks.push(check),
  };
  const platform = await testPlatform({
    capabilities: [
      auditCapability,
      runsCapability,
      catalogCapability,
      deliveryCapability,
      secretsCapability,
      orchestratorCapability({ drivers: { process: recordingDriver('process', folder), postgres: recordingDriver('postgres', folder) } }),
    ],
    provide: [[repositories, scm]],
    ...(options.authorize === undefined ? {} : { authorize: options.authorize }),
    ...(options.beside === undefined ? {} : { beside: options.beside }),
    listen: true,
  });
  const put = (...entities: Entity[]): Promise<void> => platform.service(catalog).put(entities, 'test', systemActor);
  await put(component('shop'), component('cart'), ...(options.entities ?? []));
  const service = () => platform.service(orchestrator);
  const deploy: Bench['deploy'] = (version, more, actor = systemActor) =>
    service().deploy(
      { component: shop, environment: 'dev', score: score(), artifact: artifact(version), commit: commitOf(version), ...more },
      actor,
    );
  const settled = (id: string): Promise<Deployment> => service().settled(id, 20_000);
  return {
    platform,
    folder,
    checks,
    calls: () => journalOf(folder),
    put,
    deploy,
    settled,
    ship: async (version, more) => settled((await deploy(version, more)).id),
    flag(name, on) {
      if (on) writeFileSync(path.join(folder, name), '');
      else rmSync(path.join(folder, name), { force: true });
    },
    async [Symbol.asyncDispose]() {
      // A connection that a client opened and did not use would keep the server for a minute.
      platform.platform.app.server.closeAllConnections();
      await platform[Symbol.asyncDispose]();
      if (options.beside === undefined) rmSync(folder, { recursive: true, force: true });
    },
  };
}
