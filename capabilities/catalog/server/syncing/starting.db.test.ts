import { expect, it } from 'vitest';
import { auditCapability } from '@paved/audit/server';
import { runsCapability } from '@paved/runs/server';
import { testPlatform, type TestPlatform } from '@paved/testing';
import { catalog } from '../../index.ts';
import { catalogCapability } from '../index.ts';
import { component, folderWith, write } from '../platform.test-kit.ts';

it('servers that start together read each file source once; one that starts later reads it again', async () => {
  const folders = ['one', 'two', 'three'].map((name) => folderWith({ 'catalog-info.yaml': component(name) }));
  const started: Promise<void>[] = [];
  const watched: typeof catalogCapability = {
    ...catalogCapability,
    async create(context) {
      const instance = await catalogCapability.create(context);
      return {
        ...instance,
        listening() {
          const done = instance.listening?.() ?? Promise.resolve();
          started.push(done);
          return done;
        },
      };
    },
  };
  const capabilities = [auditCapability, runsCapability, watched];
  const locations = folders.map((target) => ({ type: 'directory', target }));
  await using first = await testPlatform({ capabilities });
  const start = (): Promise<TestPlatform> =>
    testPlatform({
      capabilities,
      listen: true,
      beside: { databaseUrl: first.databaseUrl, dataDir: first.dataDir },
      config: { catalog: { locations } as never },
    });
  const starts = async (): Promise<number> => {
    const { items } = (await first.request('GET', '/api/runs?kind=catalog.location.sync&limit=100')).json;
    return (items as { cause: { ref?: string } }[]).filter((run) => run.cause.ref === 'start').length;
  };
  const together = await Promise.all([start(), start(), start()]);
  await Promise.all(started);
  expect(await starts()).toBe(folders.length);
  for (const one of together) {
    expect(await one.service(catalog).byRefs(['component:one', 'component:two', 'component:three'])).not.toContain(undefined);
    await one[Symbol.asyncDispose]();
  }
  write(folders[0] ?? '', { 'catalog-info.yaml': component('one', { owner: 'somebody-else' }) });
  await using later = await start();
  await Promise.all(started);
  expect(await starts()).toBe(2 * folders.length);
  expect((await later.service(catalog).get('component:one'))?.spec?.['owner']).toBe('somebody-else');
}, 240_000);
