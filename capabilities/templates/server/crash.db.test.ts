import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { stringify } from 'yaml';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { mortalServers, type MortalServers } from '@paved/testing';

const program = path.join(import.meta.dirname, 'testing/crash-process.ts');
const template = {
  apiVersion: 'scaffolder.backstage.io/v1beta3',
  kind: 'Template',
  metadata: { name: 'whole' },
  spec: {
    type: 'service',
    steps: [
      { id: 'fetch', action: 'fetch:template', input: { url: './skeleton', values: { name: '${{ parameters.name }}' } } },
      { id: 'crash', action: 'test:crash' },
      {
        id: 'publish',
        action: 'publish:git',
        input: { repoUrl: 'paved?owner=team&repo=${{ parameters.name }}', owner: 'group:default/x' },
      },
      { id: 'register', action: 'catalog:register', input: { repoContentsUrl: '${{ steps.publish.output.repoContentsUrl }}' } },
      { id: 'deploy', action: 'deploy:workload', input: { component: '${{ steps.register.output.entityRef }}', environment: 'dev' } },
    ],
    output: { url: '${{ steps.deploy.output.url }}' },
  },
};
const component =
  'apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: { name: "${{ values.name }}" }\nspec: { type: service, lifecycle: experimental, owner: x }\n';

let servers: MortalServers;
beforeEach(async () => {
  servers = await mortalServers(program, (folder) => ({
    DEPLOYMENTS: path.join(folder, 'deployments'),
    TEMPLATE: path.join(folder, 'golden/template.yaml'),
  }));
  const { folder } = servers;
  mkdirSync(path.join(folder, 'golden/skeleton'), { recursive: true });
  writeFileSync(path.join(folder, 'golden/template.yaml'), stringify(template));
  writeFileSync(path.join(folder, 'golden/skeleton/catalog-info.yaml'), component);
  writeFileSync(path.join(folder, 'deployments'), '');
});
afterEach(() => servers[Symbol.asyncDispose]());

describe('a server killed with -9 in a step of the golden path', () => {
  test.each([
    'step',
    'create:before',
    'create:after',
    'commitFolder:before',
    'commitFolder:after',
    'addLocation:before',
    'addLocation:after',
    'deploy:before',
    'deploy:after',
  ])('at %s: the next one finishes it, with one of everything', async (moment) => {
    // A first server reads the template, so that a death in addLocation is one of the golden path.
    await servers.end(await servers.start({ REGISTER: '1' }));
    await servers.died(await servers.start({ START: '1', DIE_AT: moment }));
    expect(
      await servers.number(`select count(*) as n from runs.run where kind = 'templates.template.execute' and status = 'succeeded'`),
    ).toBe(0);

    await servers.start();
    await expect
      .poll(
        async () =>
          (
            await servers.rows<{ status: string; error: unknown }>(
              `select status, error from runs.run where kind = 'templates.template.execute'`,
            )
          )[0],
        { timeout: 30_000, interval: 100 },
      )
      .toMatchObject({ status: 'succeeded' });

    expect(await servers.number('select count(*) as n from templates.task')).toBe(1);
    expect(await servers.number('select count(*) as n from repositories.repository')).toBe(1);
    expect(await servers.number(`select count(*) as n from catalog.location where target like '%lyrics%'`)).toBe(1);
    expect(readFileSync(path.join(servers.folder, 'deployments'), 'utf8').split('\n').filter(Boolean)).toHaveLength(1);
    const rows = await servers.rows<{ status: string }>(
      `select status from runs.step where run_id = (select id from runs.run where kind = 'templates.template.execute') order by 1`,
    );
    expect(rows.every((row) => row.status === 'succeeded')).toBe(true);
  });
});
