import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { testDatabase } from '@paved/testing';
import { orchestrator } from '../index.ts';
import { bench, shop } from './platform.test-kit.ts';

test('two servers on one database deploy to the same place one after the other', async () => {
  await using database = await testDatabase();
  const temporary = (name: string): string => mkdtempSync(path.join(os.tmpdir(), name));
  const beside = { databaseUrl: database.url, dataDir: temporary('paved-data-'), folder: temporary('paved-drivers-') };
  try {
    await using first = await bench({ beside });
    await using second = await bench({ beside });
    const started = await Promise.all([first.deploy('1.0.0'), second.deploy('1.1.0'), first.deploy('1.2.0'), second.deploy('1.3.0')]);
    const ended = await Promise.all(started.map(({ id }, i) => (i % 2 === 0 ? second : first).settled(id)));
    const statuses = ended.map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set(statuses.includes('superseded') ? ['succeeded', 'superseded'] : ['succeeded']));
    const newest = ended.findLast(({ status }) => status === 'succeeded');
    expect(newest).toBeDefined();
    expect(await first.platform.service(orchestrator).workloads(shop)).toMatchObject([{ health: 'healthy' }]);
    // One thing of each kind, whoever made it.
    expect(
      new Set(
        first
          .calls()
          .filter((c) => c.call === 'apply')
          .map((c) => c.uid),
      ).size,
    ).toBe(4);
  } finally {
    for (const folder of [beside.dataDir, beside.folder]) rmSync(folder, { recursive: true, force: true });
  }
});
