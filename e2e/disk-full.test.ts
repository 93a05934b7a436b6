import { execFileSync } from 'node:child_process';
import { rmSync, statfsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ApiError } from '@paved/client';
import { removeFolder, temporaryFolder } from '@paved/testing';
import { acme, until, type Acme } from './kit/acme.ts';
import { expectSentence, refused } from './kit/refused.ts';

/** A small disk of its own, in memory; undefined where we may not mount. */
function smallDisk(): string | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const folder = temporaryFolder();
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=800m,mode=0711', 'paved-test', folder], { stdio: 'ignore' });
    return folder;
  } catch {
    removeFolder(folder);
    return undefined;
  }
}

const folder = smallDisk();
let place: Acme | undefined;

beforeAll(async () => {
  if (folder !== undefined) place = await acme({}, folder);
});
afterAll(async () => {
  if (folder === undefined) return;
  try {
    await place?.[Symbol.asyncDispose]();
  } catch {
    // Busy until it is unmounted.
  }
  execFileSync('umount', ['--lazy', folder]);
  removeFolder(folder);
});

const freeMb = (): number => {
  const { bavail, bsize } = statfsSync(folder ?? '/');
  return (bavail * bsize) / 1024 ** 2;
};

test.skipIf(folder === undefined)(
  'a full disk: writes get 507 with a sentence, reads work, and it recovers by itself',
  async () => {
    if (folder === undefined || place === undefined) return;
    const server = await place.start();
    const write = (name: string): Promise<unknown> =>
      server.api.post('/api/catalog/apply', {
        documents: [
          {
            apiVersion: 'backstage.io/v1alpha1',
            kind: 'Component',
            metadata: { name },
            spec: { type: 'library', lifecycle: 'production', owner: 'playback' },
          },
        ],
      });
    const read = (name: string): Promise<unknown> => server.api.get(`/api/catalog/entities/by-name/component/default/${name}`);
    await write('before');
    expect(freeMb()).toBeGreaterThan(256);

    // Somebody else fills the disk: down to 100 MB.
    const filler = path.join(folder, 'filler');
    for (let n = 0; freeMb() > 100; n++) writeFileSync(`${filler}${n}`, Buffer.alloc(Math.min(100, Math.ceil(freeMb() - 95)) * 1024 ** 2));
    const problem = await until(3_000, 'a refusal', () =>
      write(`while-${Date.now()}`).then(
        () => undefined,
        (error: unknown) => (error instanceof ApiError ? error : undefined),
      ),
    );
    expect(problem.status).toBe(507);
    expectSentence(problem.problem.detail);
    console.log(problem.problem.detail, problem.problem.fix);
    await expect(read('before')).resolves.toMatchObject({ metadata: { name: 'before' } });
    expect(
      (await refused(server.api.post('/api/scaffolder/v2/tasks', { templateRef: 'template:default/http-service', values: {} }))).status,
    ).toBe(507);
    expect((await fetch(`${server.url}/healthz`)).ok).toBe(true);
    // Whoever wants to free space by deleting, or to sign in and look, still can: reads and events go on.
    expect((await fetch(`${server.url}/api/runs`, { headers: { authorization: `Bearer ${place.token}` } })).status).toBe(200);

    // Down to nothing: PostgreSQL cannot write either. Nobody hangs, nothing dies.
    for (let n = 0; freeMb() > 1; n++) {
      try {
        writeFileSync(`${filler}-last${n}`, Buffer.alloc(Math.max(1, Math.floor(freeMb())) * 1024 ** 2));
      } catch {
        break;
      }
    }
    await expect(read('before')).resolves.toMatchObject({ metadata: { name: 'before' } });
    expect((await refused(write('never'))).status).toBe(507);

    execFileSync('sh', ['-c', `rm -f ${filler}*`]);
    rmSync(filler, { force: true });
    await until(15_000, 'writes to work again', () =>
      write('after').then(
        () => true,
        () => undefined,
      ),
    );
    await expect(read('after')).resolves.toMatchObject({ metadata: { name: 'after' } });
    expect(server.child.exitCode).toBeNull();
  },
  120_000,
);
