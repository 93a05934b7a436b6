import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { audit, type AuditEntry } from '@paved/audit';
import { catalog } from '@paved/catalog';
import { BRANCH_PUSHED, repositories } from '../index.ts';
import { eventsOf, git, hosted, person, type Hosted } from './host.fixture.ts';

const tess = person('tess');
const owner = 'group:default/playback';

function folderWith(paved: Hosted, files: Record<string, string>): string {
  const folder = mkdtempSync(path.join(paved.dataDir, 'work-'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
  return folder;
}

async function created(paved: Hosted, slug = 'playback/api') {
  const scm = paved.service(repositories);
  await scm.create({ slug, description: 'Streams', ownerRef: owner }, tess);
  return scm;
}

describe('committing a folder', () => {
  test('keeps modes and links, leaves .git out, and gives the same commit for the same key', async () => {
    await using paved = await hosted();
    const scm = await created(paved);
    const folder = folderWith(paved, {
      'README.md': '# Hi\r\n',
      'bin/run': '#!/bin/sh\n',
      '.git/config': 'evil',
      'sub/.git/config': 'evil',
      'ünïcode name.txt': 'x',
    });
    chmodSync(path.join(folder, 'bin/run'), 0o755);
    symlinkSync('../README.md', path.join(folder, 'bin/readme'));
    const first = await scm.commitFolder('playback/api', { branch: 'main', folder, message: 'First', idempotencyKey: 'run/1' }, tess);
    writeFileSync(path.join(folder, 'later.txt'), 'not in the commit under this key');
    expect(await scm.commitFolder('playback/api', { branch: 'main', folder, message: 'First', idempotencyKey: 'run/1' }, tess)).toEqual(
      first,
    );
    expect((await scm.tree('playback/api', 'main', '', { recursive: true })).map((e) => e.path)).toEqual([
      'README.md',
      'bin/readme',
      'bin/run',
      'ünïcode name.txt',
    ]);
    expect(await eventsOf(paved, BRANCH_PUSHED)).toHaveLength(1);
    const out = path.join(paved.dataDir, 'out');
    await scm.checkout('playback/api', first.sha, out);
    expect(readdirSync(out).sort()).toEqual(['README.md', 'bin', 'ünïcode name.txt']);
    expect(readFileSync(path.join(out, 'README.md'), 'utf8')).toBe('# Hi\r\n');
    expect(statSync(path.join(out, 'bin/run')).mode & 0o111).not.toBe(0);
    expect(readlinkSync(path.join(out, 'bin/readme'))).toBe('../README.md');
    await expect(scm.checkout('playback/api', first.sha, out)).rejects.toMatchObject({ code: 'conflict' });
  });

  test('does not double when the server dies between the ref and its event', async () => {
    let dies = true;
    const record = async (entry: AuditEntry): Promise<void> => {
      if (entry.action === 'repositories.branch.push' && dies) throw new Error('the server dies here');
    };
    await using paved = await hosted({
      provide: [
        [audit, { record }],
        [catalog, { add: () => {}, refresh: async () => {} }],
      ],
    });
    const scm = await created(paved);
    const folder = folderWith(paved, { a: '1' });
    const commit = { branch: 'main', folder, message: 'First', idempotencyKey: 'run/1' };
    await expect(scm.commitFolder('playback/api', commit, tess)).rejects.toThrow('dies');
    expect(await eventsOf(paved, BRANCH_PUSHED)).toHaveLength(0);
    const moved = await scm.resolve('playback/api', 'main');
    expect(moved).toBeDefined();
    dies = false;
    expect((await scm.commitFolder('playback/api', commit, tess)).sha).toBe(moved);
    expect(await scm.commits('playback/api', 'main')).toHaveLength(1);
    const events = await eventsOf(paved, BRANCH_PUSHED);
    expect(events.map((e) => (e.data['actor'] as { ref: string }).ref)).toEqual([tess.ref]);
  });

  test('commits when a server died before it moved the ref', async () => {
    await using paved = await hosted();
    const scm = await created(paved);
    await sql`insert into repositories.commit_intent (repository_id, key, sha, branch) select id, 'run/1', ${'ab'.repeat(20)}, 'main' from repositories.repository`.execute(
      paved.platform.db,
    );
    await scm.commitFolder(
      'playback/api',
      { branch: 'main', folder: folderWith(paved, { a: '1' }), message: 'First', idempotencyKey: 'run/1' },
      tess,
    );
    expect(await scm.commits('playback/api', 'main')).toHaveLength(1);
  });

  test('makes a new file once: of several at once, one does and the others hear of it', async () => {
    await using paved = await hosted();
    await using other = await hosted({ beside: paved });
    const scm = await created(paved);
    await scm.commitFiles('playback/api', { branch: 'main', files: { 'a.txt': 'a' }, message: 'First' }, tess);
    const tried = await Promise.allSettled(
      [paved, other, paved, other].map((one, i) =>
        one
          .service(repositories)
          .commitFiles('playback/api', { branch: 'main', files: { 'new.yaml': `by: ${i}\n` }, message: 'New', onlyNew: true }, tess),
      ),
    );
    const won = tried.findIndex(({ status }) => status === 'fulfilled');
    for (const [i, one] of tried.entries())
      if (i !== won) expect(one).toMatchObject({ reason: { code: 'stale', message: 'playback/api has a new.yaml by now.' } });
    expect((await scm.readFile('playback/api', 'main', 'new.yaml'))?.text).toBe(`by: ${won}\n`);
  });

  test('from several places at once under one key makes one commit', async () => {
    await using paved = await hosted();
    await using other = await hosted({ beside: paved });
    const scm = await created(paved);
    const folder = folderWith(paved, { a: '1', b: '2' });
    const commit = { branch: 'main', folder, message: 'First', idempotencyKey: 'run/1' };
    const shas = await Promise.all(
      [paved, other, paved, other].map((p) => p.service(repositories).commitFolder('playback/api', commit, tess)),
    );
    expect(new Set(shas.map((s) => s.sha)).size).toBe(1);
    expect(await scm.commits('playback/api', 'main')).toHaveLength(1);
    expect(await eventsOf(paved, BRANCH_PUSHED)).toHaveLength(1);
  });
});

describe('committing files', () => {
  test('changes, adds and deletes on top of the branch; concurrent ones all land', async () => {
    await using paved = await hosted();
    const scm = await created(paved);
    await scm.commitFiles('playback/api', { branch: 'main', files: { a: '1', 'd/b': '2' }, message: 'First' }, tess);
    await Promise.all(
      [1, 2, 3].map((n) => scm.commitFiles('playback/api', { branch: 'main', files: { [`c${n}`]: 'x' }, message: `c${n}` }, tess)),
    );
    await scm.commitFiles('playback/api', { branch: 'main', files: { a: undefined, 'd/b': '3' }, message: 'Change' }, tess);
    expect((await scm.tree('playback/api', 'main', '', { recursive: true })).map((e) => e.path)).toEqual(['c1', 'c2', 'c3', 'd/b']);
    expect((await scm.readFile('playback/api', 'main', 'd/b'))?.text).toBe('3');
    expect(await scm.readFile('playback/api', 'main', 'a')).toBeUndefined();
    expect(await scm.commits('playback/api', 'main')).toHaveLength(5);
    expect((await scm.commits('playback/api', 'main', { path: 'd', limit: 10 })).map((c) => c.subject)).toEqual(['Change', 'First']);
  });

  test('refuses paths that leave the repository or enter .git', async () => {
    await using paved = await hosted();
    const scm = await created(paved);
    for (const name of ['../x', '.git/config', 'a/.GIT/hooks/x', 'a/../../x', 'git~1/x', 'a//b', 'x\ny', 'a\\b', '.git .', '']) {
      await expect(
        scm.commitFiles('playback/api', { branch: 'main', files: { [name]: 'x' }, message: 'Evil' }, tess),
        name,
      ).rejects.toMatchObject({ code: 'invalid' });
    }
  });

  test('refuses what is no branch, and links that leave the repository', async () => {
    await using paved = await hosted();
    const scm = await created(paved);
    for (const branch of ['--force', 'a..b', 'refs/../x', 'HEAD', 'x.lock', '']) {
      await expect(scm.commitFiles('playback/api', { branch, files: { a: 'x' }, message: 'Evil' }, tess), branch).rejects.toMatchObject({
        code: 'invalid',
      });
    }
    const folder = folderWith(paved, { a: 'x' });
    symlinkSync('/etc/passwd', path.join(folder, 'secrets'));
    await expect(
      scm.commitFolder('playback/api', { branch: 'main', folder, message: 'Evil', idempotencyKey: 'k' }, tess),
    ).rejects.toMatchObject({ code: 'invalid' });
    for (const revision of ['--all', 'main..x', 'main@{1}', 'main^{/x}', ':/x', '-n1'])
      expect(await scm.resolve('playback/api', revision), revision).toBeUndefined();
  });

  test('a pushed link that leaves the repository is not checked out', async () => {
    await using paved = await hosted({ actor: tess });
    await created(paved);
    const clone = path.join(paved.dataDir, 'clone');
    await git(['clone', '-q', paved.cloneUrl('playback/api'), clone]);
    symlinkSync('/etc/passwd', path.join(clone, 'secrets'));
    await git(['add', '.'], clone);
    await git(['commit', '-qm', 'Link'], clone);
    expect((await git(['push', '-q', 'origin', 'HEAD:main'], clone)).code).toBe(0);
    const out = path.join(paved.dataDir, 'out');
    await expect(paved.service(repositories).checkout('playback/api', 'main', out)).rejects.toMatchObject({ code: 'invalid' });
    expect(readdirSync(out)).toEqual([]);
  });
});

describe('creating, importing, deleting', () => {
  test('creating is idempotent by key, also over what a crash left, and refuses a taken name', async () => {
    await using paved = await hosted();
    const scm = paved.service(repositories);
    // A folder whose row was never committed.
    execFileSync('git', ['init', '-q', '--bare', path.join(paved.dataDir, 'repositories/a/b.git')]);
    const asked = { slug: 'a/b', description: '', ownerRef: owner, idempotencyKey: 'run/1' };
    const [one, two] = await Promise.all([scm.create(asked, tess), scm.create(asked, tess)]);
    expect(one).toEqual(two);
    await expect(scm.create({ ...asked, idempotencyKey: 'run/2' }, tess)).rejects.toMatchObject({ code: 'conflict' });
    await expect(scm.create({ ...asked, idempotencyKey: 'run/2', slug: 'A/B' }, tess)).rejects.toMatchObject({ code: 'conflict' });
    expect(await scm.list()).toHaveLength(1);
    await scm.commitFiles('a/b', { branch: 'main', files: { a: '1' }, message: 'x' }, tess);
    await scm.delete('a/b', tess);
    await scm.delete('a/b', tess);
    expect(await scm.get('a/b')).toBeUndefined();
    await scm.create(asked, tess);
    expect(await scm.resolve('a/b', 'main')).toBeUndefined();
    expect(paved.audited.map((a) => a.action)).toEqual([
      'repositories.repository.create',
      'repositories.branch.push',
      'repositories.repository.delete',
      'repositories.repository.create',
    ]);
  });

  test('importing copies branches and tags from a path, and tells of the default branch', async () => {
    await using paved = await hosted();
    const scm = paved.service(repositories);
    const source = mkdtempSync('/tmp/paved-source-');
    execFileSync(
      'sh',
      [
        '-c',
        'git init -q -b trunk . && echo 1 > a && git add . && git -c user.name=x -c user.email=x commit -qm one && git tag v1 && git branch other',
      ],
      { cwd: source },
    );
    const imported = await scm.importFrom(source, { slug: 'a/imported', description: '', ownerRef: owner, idempotencyKey: 'k' }, tess);
    expect(imported.defaultBranch).toBe('trunk');
    expect(await scm.importFrom(source, { slug: 'a/imported', description: '', ownerRef: owner, idempotencyKey: 'k' }, tess)).toEqual(
      imported,
    );
    expect(await scm.resolve('a/imported', 'v1')).toBe(await scm.resolve('a/imported', 'other'));
    expect((await eventsOf(paved, BRANCH_PUSHED)).map((e) => [e.data['branch'], (e.data['actor'] as { ref: string }).ref])).toEqual([
      ['trunk', tess.ref],
    ]);
  });

  test('refuses to import from what is no repository, no https, or inside the network', async () => {
    await using paved = await hosted();
    const refused: [string, string][] = [
      ['/tmp/nothing-here', 'no Git repository'],
      ['relative/path', 'neither'],
      ['http://example.com/x.git', 'not an https URL'],
      ['https://127.0.0.1/x.git', 'inside this network'],
      ['https://[::1]/x.git', 'inside this network'],
      ['https://localhost:7420/x.git', 'inside this network'],
      ['https://169.254.169.254/latest', 'inside this network'],
      ['ssh://git@example.com/x', 'not an https URL'],
      ['ext::sh -c touch% /tmp/pwned', 'neither'],
      ['--upload-pack=touch /tmp/pwned', 'neither'],
    ];
    for (const [source, reason] of refused) {
      await expect(
        paved.service(repositories).importFrom(source, { slug: 'a/b', description: '', ownerRef: owner }, tess),
        source,
      ).rejects.toThrow(reason);
    }
    expect(await paved.service(repositories).list()).toEqual([]);
  });

  test('refuses to import from the platform’s own data', async () => {
    await using paved = await hosted();
    const scm = await created(paved);
    await expect(
      scm.importFrom(path.join(paved.dataDir, 'repositories/playback/api.git'), { slug: 'a/b', description: '', ownerRef: owner }, tess),
    ).rejects.toThrow('own data');
  });
});
