import { mkdtempSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { BRANCH_PUSHED, repositories } from '../index.ts';
import { eventsOf, git, hosted, person } from './test-host.ts';

test('smoke', async () => {
  await using paved = await hosted();
  const scm = paved.service(repositories);
  await scm.create({ slug: 'playback/api', description: 'x', ownerRef: 'group:default/playback' }, person('tess'));
  const folder = mkdtempSync(path.join(paved.dataDir, 'work-'));
  writeFileSync(path.join(folder, 'README.md'), '# Hello\n');
  const { sha } = await scm.commitFolder(
    'playback/api',
    { branch: 'main', folder, message: 'First', idempotencyKey: 'k1' },
    person('tess'),
  );
  const again = await scm.commitFolder('playback/api', { branch: 'main', folder, message: 'First', idempotencyKey: 'k1' }, person('tess'));
  expect(again.sha).toBe(sha);
  const clone = path.join(paved.dataDir, 'clone');
  await git(['clone', '-q', paved.cloneUrl('playback/api'), clone]);
  writeFileSync(path.join(clone, 'a.txt'), 'a');
  await git(['add', '.'], clone);
  await git(['commit', '-qm', 'second'], clone);
  const pushed = await git(['push', 'origin', 'HEAD'], clone);
  expect(pushed.code).toBe(0);
  expect(await eventsOf(paved, BRANCH_PUSHED)).toHaveLength(2);
});
