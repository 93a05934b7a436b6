import { mkdtempSync, renameSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { auditCapability } from '@paved/audit/server';
import { runs } from '@paved/runs';
import { runsCapability } from '@paved/runs/server';
import { testActor, testPlatform, type TestPlatform } from '@paved/testing';
import { catalog } from '../../index.ts';
import { catalogCapability } from '../index.ts';
import { component, folderWith, write } from '../platform.test-kit.ts';

const CHANGES = 8;

it('two servers that watch one folder carry each change of it out in one run', async () => {
  const capabilities = [auditCapability, runsCapability, catalogCapability];
  await using one = await testPlatform({ capabilities, listen: true });
  await using two = await testPlatform({ capabilities, listen: true, beside: { databaseUrl: one.databaseUrl, dataDir: one.dataDir } });
  const folder = folderWith({ 'catalog-info.yaml': component('checkout') });
  // Known through one of them; the other one hears of it, and both watch.
  await one.service(catalog).addLocation({ type: 'directory', target: folder }, testActor);
  const owner = async (platform: TestPlatform) => (await platform.service(catalog).get('component:checkout'))?.spec?.['owner'];
  const carriedOut = async () => {
    const { items } = (await one.request('GET', '/api/runs?kind=catalog.location.sync&limit=100')).json as {
      items: { id: string; cause: { ref?: string } }[];
    };
    return Promise.all(
      items
        .filter((run) => run.cause.ref === 'a file changed')
        .map(async ({ id }) =>
          one
            .service(runs)
            .ended(id)
            .then(({ status, output }) => ({ status, output })),
        ),
    );
  };
  const elsewhere = mkdtempSync(path.join(os.tmpdir(), 'paved-change-'));
  for (let i = 1; i <= CHANGES; i++) {
    // Moved into place, so that nobody reads half of it.
    write(elsewhere, { 'catalog-info.yaml': component('checkout', { owner: `team-${i}` }) });
    renameSync(path.join(elsewhere, 'catalog-info.yaml'), path.join(folder, 'catalog-info.yaml'));
    await expect.poll(() => owner(two), { timeout: 60_000, interval: 20 }).toBe(`team-${i}`);
    // Whatever both started about it comes to its end before the next change.
    await carriedOut();
  }
  const done = await carriedOut();
  expect(done.length).toBeGreaterThan(0);
  // A second run of a change would find nothing to do.
  for (const run of done) expect(run).toMatchObject({ status: 'succeeded', output: { updated: 1, unchanged: 1 } });
}, 240_000);
