import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { BRANCH_PUSHED, pushNotes, repositories, type BranchPushed } from '../index.ts';
import { NO_COMMIT } from '../model/names.ts';
import { insertPush, requireRepository, withTables } from './store.ts';
import { eventsOf, git, hosted, person, type Hosted } from './host.fixture.ts';

const tess = person('tess');

async function withClone(paved: Hosted, slug = 'playback/api'): Promise<string> {
  await paved.service(repositories).create({ slug, description: '', ownerRef: 'group:default/playback' }, tess);
  await paved.service(repositories).commitFiles(slug, { branch: 'main', files: { 'README.md': '# Hello\n' }, message: 'First' }, tess);
  const clone = path.join(paved.dataDir, `clone-${randomBytes(3).toString('hex')}`);
  expect((await git(['clone', '-q', paved.cloneUrl(slug), clone])).code).toBe(0);
  return clone;
}

async function commit(clone: string, file: string, content: string | Buffer = file): Promise<void> {
  writeFileSync(path.join(clone, file), content);
  await git(['add', '.'], clone);
  expect((await git(['commit', '-qm', `Add ${file}`], clone)).code).toBe(0);
}

const head = async (folder: string, revision = 'HEAD'): Promise<string> => (await git(['rev-parse', revision], folder)).output.trim();

describe('a push', () => {
  test('is told once, with who pushed, from where to where', async () => {
    await using paved = await hosted({ actor: tess });
    const clone = await withClone(paved);
    const before = await head(clone);
    await commit(clone, 'a.txt');
    await git(['checkout', '-qb', 'feature/x'], clone);
    await commit(clone, 'b.txt');
    const pushed = await git(['push', '-q', 'origin', 'main', 'feature/x'], clone);
    expect(pushed).toEqual({ code: 0, output: '' });
    const told = (await eventsOf(paved, BRANCH_PUSHED)).slice(1).map((e) => e.data as unknown as BranchPushed);
    expect(told.sort((a, b) => (a.branch < b.branch ? -1 : 1))).toMatchObject([
      { branch: 'feature/x', before: NO_COMMIT, after: await head(clone, 'feature/x'), isDefault: false, actor: { ref: tess.ref } },
      { branch: 'main', before, after: await head(clone, 'main'), isDefault: true, actor: { ref: tess.ref } },
    ]);
    await git(['push', '-q', 'origin', '--delete', 'feature/x'], clone);
    expect((await eventsOf(paved, BRANCH_PUSHED)).at(-1)?.data).toMatchObject({
      branch: 'feature/x',
      after: NO_COMMIT,
      actor: { ref: tess.ref },
    });
    expect(paved.audited.filter((a) => a.action === 'repositories.branch.push')).toHaveLength(4);
  });

  test('of several people at once tells each update once', async () => {
    await using paved = await hosted({ actor: tess });
    const clones = await Promise.all(
      [withClone(paved)].map(async (first) => [
        await first,
        ...(await Promise.all(
          [1, 2, 3, 4].map(async (n) => {
            const clone = path.join(paved.dataDir, `more-${n}`);
            await git(['clone', '-q', paved.cloneUrl('playback/api'), clone]);
            return clone;
          }),
        )),
      ]),
    );
    const all = clones.flat();
    const results = await Promise.all(
      all.map(async (clone, n) => {
        for (let i = 0; i < 3; i++) {
          await commit(clone, `f-${n}-${i}.txt`);
          const { code } = await git(['push', '-q', 'origin', `HEAD:branch-${n}`], clone);
          if (code !== 0) return code;
        }
        return (await git(['push', '-q', 'origin', 'HEAD:main'], clone)).code;
      }),
    );
    // Five race for main from the same start: one wins, the others are told to pull first.
    expect(results.filter((code) => code === 0)).toHaveLength(1);
    const told = (await eventsOf(paved, BRANCH_PUSHED)).map((e) => e.data as unknown as BranchPushed);
    expect(told.filter((e) => e.branch.startsWith('branch-'))).toHaveLength(15);
    expect(told.filter((e) => e.branch === 'main')).toHaveLength(2);
    for (let n = 0; n < 5; n++) {
      const chain = told.filter((e) => e.branch === `branch-${n}`);
      expect(chain.map((e) => e.before)).toEqual([NO_COMMIT, ...chain.slice(0, -1).map((e) => e.after)]);
    }
  });

  test('whose server died before telling is told after the restart, once', async () => {
    await using paved = await hosted({ actor: tess });
    const clone = await withClone(paved);
    await commit(clone, 'late.txt');
    // What a kill -9 between git's ref update and the event leaves behind: the ref has moved, nobody was told.
    const bare = path.join(paved.dataDir, 'repositories/playback/api.git');
    await git([
      '-c',
      'core.logAllRefUpdates=always',
      '-c',
      'protocol.file.allow=always',
      `--git-dir=${bare}`,
      'fetch',
      '-q',
      clone,
      '+main:main',
    ]);
    expect(await eventsOf(paved, BRANCH_PUSHED)).toHaveLength(1);
    await paved.restart();
    await expect.poll(() => eventsOf(paved, BRANCH_PUSHED)).toHaveLength(2);
    await paved.restart();
    await git(['push', '-q', 'origin', 'HEAD:other'], await withClone(paved, 'playback/other'));
    expect((await eventsOf(paved, BRANCH_PUSHED)).filter((e) => e.subject === 'playback/api')).toHaveLength(2);
  });

  test('of a server that died is told by another one within seconds, in the name of who pushed', async () => {
    await using paved = await hosted({ actor: tess });
    const clone = await withClone(paved);
    await commit(clone, 'late.txt');
    await using other = await hosted({ beside: paved });
    // What is left when a server dies after git moved the ref: the push it had written down, and git's reflog.
    const db = withTables(paved.platform.db.withSchema('repositories'));
    const { id } = await requireRepository(db, 'playback/api');
    await insertPush(db, { id: 'push_left', repositoryId: id, actor: tess, deletes: [], at: new Date(Date.now() - 10_000) });
    const bare = path.join(paved.dataDir, 'repositories/playback/api.git');
    await git(
      ['-c', 'core.logAllRefUpdates=always', '-c', 'user.email=push_left', `--git-dir=${bare}`, 'fetch', '-q', clone, '+main:main'],
      undefined,
      { GIT_COMMITTER_EMAIL: 'push_left' },
    );
    await expect.poll(() => eventsOf(other, BRANCH_PUSHED), { timeout: 10_000 }).toHaveLength(2);
    expect((await eventsOf(other, BRANCH_PUSHED)).at(-1)?.data).toMatchObject({ branch: 'main', actor: { ref: tess.ref } });
  });

  test('runs no hook, whatever lies in the repository', async () => {
    await using paved = await hosted({ actor: tess });
    const clone = await withClone(paved);
    const hooks = path.join(paved.dataDir, 'repositories/playback/api.git/hooks');
    mkdirSync(hooks, { recursive: true });
    const trace = path.join(paved.dataDir, 'hook-ran');
    for (const hook of ['pre-receive', 'update', 'post-receive', 'post-update', 'reference-transaction', 'proc-receive']) {
      writeFileSync(path.join(hooks, hook), `#!/bin/sh\ntouch ${trace}\n`);
      chmodSync(path.join(hooks, hook), 0o755);
    }
    await commit(clone, 'a.txt');
    expect((await git(['push', '-q', 'origin', 'main'], clone)).code).toBe(0);
    expect(existsSync(trace)).toBe(false);
    // The hooks would run: a push past the platform sets the trace.
    await commit(clone, 'b.txt');
    await git(['push', '-q', path.join(paved.dataDir, 'repositories/playback/api.git'), 'main'], clone);
    expect(existsSync(trace)).toBe(true);
  });
});

describe('whoever pushes', () => {
  test('reads where to go on: a pull request to open, then the one that is open, and what others say', async () => {
    await using paved = await hosted({ actor: tess });
    const clone = await withClone(paved);
    paved.service(pushNotes).addPushNote(async ({ slug, branch }) => [`Seen ${branch} of ${slug}, ätsch`]);
    paved.service(pushNotes).addPushNote(() => Promise.reject(new Error('broken note')));
    await git(['checkout', '-qb', 'feature/x'], clone);
    await commit(clone, 'a.txt');
    const pages = `${paved.baseUrl()}/repositories/playback/api/pull-requests`;
    const first = await git(['push', '--progress', 'origin', 'feature/x'], clone);
    expect(first.code).toBe(0);
    expect(first.output).toMatch(/remote: Open a pull request for feature\/x:\s*\nremote:   (\S+)/);
    expect(first.output).toContain(`remote:   ${pages}/new?head=feature%2Fx`);
    expect(first.output).toContain('remote: Seen feature/x of playback/api, ätsch');
    expect(first.output).toContain('[new branch]');
    const opened = await paved.request('POST', '/api/repositories/playback/api/pull-requests', {
      body: { title: 'Add a', head: 'feature/x' },
    });
    expect(opened.status).toBe(201);
    await commit(clone, 'b.txt');
    const second = await git(['push', '--progress', 'origin', 'feature/x'], clone);
    expect(second.output).toContain('remote: Pull request 1, Add a:');
    expect(second.output).toContain(`remote:   ${pages}/1`);
    // Nothing is said to who asks for quiet, about a branch that goes, or to a refused push.
    await commit(clone, 'c.txt');
    expect(await git(['push', '-q', 'origin', 'feature/x'], clone)).toEqual({ code: 0, output: '' });
    expect((await git(['push', '--progress', 'origin', '--delete', 'feature/x'], clone)).output).not.toContain('remote:');
    expect((await git(['push', '--progress', 'origin', 'HEAD:refs/pull/1/head'], clone)).output).not.toContain('Seen');
  });
});

describe('the default branch', () => {
  test('keeps its history: no force, no deletion, with a reason in git’s output', async () => {
    await using paved = await hosted({ actor: tess });
    const clone = await withClone(paved);
    await commit(clone, 'a.txt');
    await git(['push', '-q', 'origin', 'main'], clone);
    const kept = await head(clone);
    await git(['commit', '-q', '--amend', '-m', 'Rewritten'], clone);
    const forced = await git(['push', '--force', 'origin', 'main'], clone);
    expect(forced.code).not.toBe(0);
    expect(forced.output).toMatch(/denying non-fast-forward|non-fast-forward/);
    const deleted = await git(['push', 'origin', '--delete', 'main'], clone);
    expect(deleted.code).not.toBe(0);
    expect(deleted.output).toContain('remote: The default branch main cannot be deleted.');
    expect(deleted.output).toContain('[remote rejected] main (default branch is protected)');
    expect(await paved.service(repositories).resolve('playback/api', 'main')).toBe(kept);
    // Other branches belong to who pushes them.
    await git(['push', '-q', 'origin', 'HEAD:mine'], clone);
    await git(['commit', '-q', '--amend', '-m', 'Again'], clone);
    expect((await git(['push', '-q', '--force', 'origin', 'HEAD:mine'], clone)).code).toBe(0);
  });

  test('and the names the platform keeps for itself are refused together with the rest of the push', async () => {
    await using paved = await hosted({ actor: tess });
    const clone = await withClone(paved);
    const pushed = await git(['push', 'origin', 'HEAD:refs/pull/1/head', 'HEAD:fine'], clone);
    expect(pushed.code).not.toBe(0);
    expect(pushed.output).toContain('Only branches and tags can be pushed, not refs/pull/1/head.');
    expect(await paved.service(repositories).resolve('playback/api', 'fine')).toBeUndefined();
  });
});

describe('a push over the limit', () => {
  test('is refused within seconds with a sentence, whether its length is known or not, and memory stays bounded', async () => {
    await using paved = await hosted({ actor: tess, config: { repositories: { pushLimitMb: 5 } } });
    const clone = await withClone(paved);
    await commit(clone, 'big.bin', randomBytes(50 * 1024 ** 2));
    const before = process.memoryUsage().rss;
    for (const buffer of [1024 ** 2, 200 * 1024 ** 2]) {
      const started = performance.now();
      const pushed = await git(['-c', `http.postBuffer=${buffer}`, '-c', 'pack.compression=0', 'push', 'origin', 'main'], clone);
      expect(pushed.code).not.toBe(0);
      expect(pushed.output).toContain('remote: This push is larger than 5 MB');
      expect(performance.now() - started).toBeLessThan(8_000);
    }
    expect((process.memoryUsage().rss - before) / 1024 ** 2).toBeLessThan(100);
    expect(await eventsOf(paved, BRANCH_PUSHED)).toHaveLength(1);
    // The next one, small enough, goes through.
    await git(['reset', '-q', '--hard', 'HEAD~1'], clone);
    await commit(clone, 'small.txt');
    expect((await git(['push', '-q', 'origin', 'main'], clone)).code).toBe(0);
  });
});

describe('who may', () => {
  const authorize = (
    actor: { ref: string; ownershipRefs: readonly string[] },
    permission: string,
    resource?: { ownerRefs?: readonly string[] },
  ) => {
    if (permission === 'repositories.repository.read') return { allowed: true } as const;
    if (resource?.ownerRefs?.some((owner) => actor.ownershipRefs.includes(owner)) === true) return { allowed: true } as const;
    return { allowed: false, reason: 'Only playback may push here.', fix: 'Ask playback.' } as const;
  };

  test('someone who does not own it clones but cannot push, and git says why', async () => {
    await using paved = await hosted({ actor: person('guest', 'viewer', []), authorize });
    const clone = await withClone(paved);
    await commit(clone, 'a.txt');
    const pushed = await git(['push', 'origin', 'main'], clone);
    expect(pushed.code).not.toBe(0);
    expect(pushed.output).toContain('remote: Only playback may push here. Ask playback.');
    const direct = await fetch(`${paved.cloneUrl('playback/api')}/git-receive-pack`, {
      method: 'POST',
      body: '0000',
      headers: { 'content-type': 'application/x-git-receive-pack-request' },
    });
    expect(direct.status).toBe(403);
  });

  test('nobody without signing in: no route here is public', async () => {
    await using paved = await hosted();
    const own = paved.platform.routes.filter((r) => r.url.startsWith('/git/') || r.url.startsWith('/api/repositories'));
    expect(own.filter((r) => r.url.startsWith('/git/')).map((r) => r.url)).toContain('/git/:project/:name/git-receive-pack');
    expect(own.filter((r) => 'public' in r.protection)).toEqual([]);
  });

  test('unknown and escaping names are nowhere', async () => {
    await using paved = await hosted({ actor: tess });
    await withClone(paved);
    for (const name of ['playback/none.git', 'playback/..%2f..%2fkeys.git', '..%2fkeys/x.git', '.home/x.git', 'playback/api.git%00']) {
      const answer = await fetch(`${paved.baseUrl()}/git/${name}/info/refs?service=git-upload-pack`);
      expect([400, 404], name).toContain(answer.status);
    }
    for (const slug of ['../x', 'a/../b', 'a', 'a/b/c', '.a/b', 'a/.git', 'a/b.lock', 'A b/c', '-a/b', '']) {
      await expect(
        paved.service(repositories).create({ slug, description: '', ownerRef: 'group:default/a' }, tess),
        slug,
      ).rejects.toMatchObject({ code: 'invalid' });
    }
  });
});
