import { createLogger } from '@paved/host';
import { describe, expect, it } from 'vitest';
import type { Delivery, Forge, ForgeDriver, Integration } from '../../index.ts';
import { connectForge, type ForgeConnection } from '../http/forge-http.ts';
import { signatureTools } from '../webhooks/signature-tools.ts';
import { startFakeForge, type FakeForge, type Handle } from './fake-server.ts';
import { createWorld, resolveIn, type World } from './world.ts';

/** A driver with a face that answers as its forge documents. */
export interface ConformanceCase {
  readonly driver: ForgeDriver;
  /** Organisation, group or workspace of the world. */
  readonly owner: string;
  /** Whose people and teams are read, when that is not the owner of repositories. */
  readonly organisation?: string;
  /** People who are in no team are not seen. */
  readonly peopleOnlyInTeams?: boolean;
  /** Full name of a repository of the world as the driver writes it. */
  readonly nameOf: (name: string) => string;
  readonly face: (world: World) => Handle;
  readonly integration: (origin: string) => Integration;
  /** Whether the forge answers conditional requests. */
  readonly etags: boolean;
  /** Whether teams can stand below teams. */
  readonly hierarchy: boolean;
  /** Whether its lists tell that something was pushed. */
  readonly stamps: boolean;
  /** What the credentials look like in `Authorization` or `Private-Token`. */
  readonly authorization: string;
  /** A delivery as the forge sends it, signed. */
  readonly delivery: (secret: string, event: { repository: string; branch: string; commit: string; id: string }) => Delivery;
}

interface Opened extends AsyncDisposable {
  readonly world: World;
  readonly fake: FakeForge;
  readonly forge: Forge;
  readonly connection: ForgeConnection;
  readonly integration: Integration;
}

/** What every driver must do, whatever the forge. */
export function forgeConformance(subject: ConformanceCase): void {
  const { driver, owner, nameOf } = subject;

  const open = async (): Promise<Opened> => {
    const world = createWorld(owner);
    const fake = await startFakeForge(subject.face(world), { etags: subject.etags });
    const integration = subject.integration(fake.url);
    const ending = new AbortController();
    const connection = connectForge({
      integration,
      title: driver.title,
      now: () => new Date(),
      log: createLogger({ level: 'silent', pretty: false }),
      signal: ending.signal,
    });
    const forge = driver.open(integration, { http: connection.http, now: () => new Date() });
    return {
      world,
      fake,
      forge,
      connection,
      integration,
      async [Symbol.asyncDispose]() {
        ending.abort();
        await fake[Symbol.asyncDispose]();
      },
    };
  };
  const withRepository = async () => {
    const opened = await open();
    const repository = opened.world.add('api');
    const sha = opened.world.push(repository, 'main', { 'catalog-info.yaml': 'kind: Component\n', 'docs/a b.md': '# ä\n' });
    return { ...opened, repository, sha, name: nameOf('api') };
  };

  describe(driver.title, () => {
    it('lists every repository over all pages', async () => {
      await using opened = await open();
      for (let i = 0; i < 7; i++)
        opened.world.push(opened.world.add(`repo-${i}`, { archived: i === 3, topics: i === 1 ? ['catalog'] : [] }), 'main', { a: '1' });
      const all = [];
      for await (const page of opened.forge.repositories(owner)) all.push(...page);
      expect(all.map((one) => one.fullName).toSorted()).toEqual(Array.from({ length: 7 }, (_, i) => nameOf(`repo-${i}`)));
      expect(all.find((one) => one.name === 'repo-0')).toMatchObject({ defaultBranch: 'main', archived: false, fork: false });
      expect(all.find((one) => one.name === 'repo-0')?.stamp !== undefined).toBe(subject.stamps);
      expect(opened.fake.seen.every((request) => request.authorization === subject.authorization)).toBe(true);
    });

    it('its addresses mean what they say', async () => {
      await using opened = await withRepository();
      for (const path of ['catalog-info.yaml', 'docs/a b.md', 'a/#b/ü.yaml']) {
        for (const ref of ['main', 'feature/x']) {
          const url = opened.forge.format({ repository: opened.name, ref, path }, 'view');
          expect(opened.forge.parse(url)).toEqual({ repository: opened.name, ref, path });
        }
      }
      expect(opened.forge.parse(opened.forge.format({ repository: opened.name, path: '' }, 'tree'))).toEqual({
        repository: opened.name,
        path: '',
      });
      expect(opened.forge.parse('https://elsewhere.example/acme/api')).toBeUndefined();
      expect(
        opened.forge.parse(opened.forge.format({ repository: opened.name, ref: 'main', path: '../../etc/passwd' }, 'view')),
      ).toBeUndefined();
    });

    it('reads branches, files and the whole tree; what is not there is undefined', async () => {
      await using opened = await withRepository();
      const { forge, name, sha } = opened;
      expect((await forge.repository(name))?.defaultBranch).toBe('main');
      expect(await forge.repository(nameOf('nothing'))).toBeUndefined();
      expect(await forge.head(name, 'main')).toBe(sha);
      expect(await forge.head(name, 'nothing')).toBeUndefined();
      expect([...(await forge.tree(name, sha))].toSorted()).toEqual(['catalog-info.yaml', 'docs/a b.md']);
      expect(Buffer.from((await forge.read(name, sha, 'docs/a b.md')) ?? []).toString('utf8')).toBe('# ä\n');
      expect(await forge.read(name, sha, 'nothing.yaml')).toBeUndefined();
      expect((await forge.commits(name, { ref: 'main', limit: 5 })).map((commit) => [commit.sha, commit.author.email])).toEqual([
        [sha, 'dev@acme.example'],
      ]);
    });

    it.runIf(subject.etags)('asks again only whether something changed', async () => {
      await using opened = await withRepository();
      await opened.forge.head(opened.name, 'main');
      await opened.forge.head(opened.name, 'main');
      expect(opened.fake.seen.map((request) => request.status)).toEqual([200, 304]);
      const next = opened.world.push(opened.repository, 'main', { more: '1' });
      expect(await opened.forge.head(opened.name, 'main')).toBe(next);
    });

    it('sits out a short limit and tells of a long one', async () => {
      await using opened = await withRepository();
      opened.fake.moods.push({ status: 429, headers: { 'retry-after': '1' } });
      expect(await opened.forge.head(opened.name, 'main')).toBe(opened.sha);
      opened.fake.moods.push({ status: 429, headers: { 'retry-after': '900' } });
      await expect(opened.forge.head(opened.name, 'main')).rejects.toMatchObject({ code: 'rate_limited' });
      expect(opened.connection.pausedUntil()?.getTime()).toBeGreaterThan(Date.now() + 800_000);
      const before = opened.fake.seen.length;
      await expect(opened.forge.read(opened.name, opened.sha, 'catalog-info.yaml')).rejects.toMatchObject({ code: 'rate_limited' });
      expect(opened.fake.seen.length).toBe(before);
    });

    it('tries again after a stumble, and says what is wrong with credentials', async () => {
      await using opened = await withRepository();
      opened.fake.moods.push({ status: 502, body: 'bad gateway' });
      expect(await opened.forge.head(opened.name, 'main')).toBe(opened.sha);
      opened.fake.moods.push({ status: 401, body: { message: 'Bad credentials' } });
      await expect(opened.forge.whoAmI()).rejects.toThrow(/does not accept the credentials/);
      expect(await opened.forge.whoAmI()).not.toBe('');
    });

    it('never carries credentials to another host', async () => {
      await using opened = await withRepository();
      opened.fake.moods.push({ status: 302, headers: { location: 'http://169.254.169.254/latest/meta-data' } });
      await expect(opened.forge.whoAmI()).rejects.toMatchObject({ code: 'forbidden' });
    });

    it('commits files to new and old branches, and opens a pull request', async () => {
      await using opened = await withRepository();
      const { forge, name, sha, repository } = opened;
      const made = await forge.commit(name, {
        branch: 'paved/x',
        from: sha,
        files: { 'a/new.yaml': 'ü: 1\n', 'docs/a b.md': undefined },
        message: 'Add it',
      });
      expect(repository.branches.get('paved/x')).toBe(made.sha);
      expect(resolveIn(repository, 'paved/x')?.files).toEqual({ 'catalog-info.yaml': 'kind: Component\n', 'a/new.yaml': 'ü: 1\n' });
      expect(resolveIn(repository, 'paved/x')?.message).toBe('Add it');
      const again = await forge.commit(name, {
        branch: 'paved/x',
        from: made.sha,
        files: { 'a/new.yaml': 'ü: 2\n' },
        message: 'Change it',
      });
      expect(resolveIn(repository, 'paved/x')).toMatchObject({ sha: again.sha, parent: made.sha, files: { 'a/new.yaml': 'ü: 2\n' } });
      expect(repository.branches.get('main')).toBe(sha);
      expect(await forge.findPullRequest(name, 'paved/x', 'main')).toBeUndefined();
      const request = await forge.openPullRequest(name, { head: 'paved/x', base: 'main', title: 'Add it', body: 'Because.' });
      expect(request.url).toMatch(/^http/);
      expect(await forge.findPullRequest(name, 'paved/x', 'main')).toEqual(request);
    });

    it('commits nothing over what somebody else changed meanwhile', async () => {
      await using opened = await withRepository();
      const { forge, name, sha, repository, world } = opened;
      const theirs = world.push(repository, 'main', { 'catalog-info.yaml': 'kind: Resource\n' });
      await expect(
        forge.commit(name, { branch: 'main', from: sha, files: { 'catalog-info.yaml': 'kind: API\n' }, message: 'Mine' }),
      ).rejects.toMatchObject({ code: 'conflict' });
      expect(repository.branches.get('main')).toBe(theirs);
      const made = await forge.commit(name, {
        branch: 'main',
        from: theirs,
        files: { 'catalog-info.yaml': 'kind: API\n' },
        message: 'Mine',
      });
      expect(resolveIn(repository, 'main')).toMatchObject({ sha: made.sha, parent: theirs, files: { 'catalog-info.yaml': 'kind: API\n' } });
    });

    it('makes no file where somebody else made one meanwhile', async () => {
      await using opened = await withRepository();
      const { forge, name, sha, repository, world } = opened;
      const theirs = world.push(repository, 'main', { 'fresh/catalog-info.yaml': 'kind: Resource\n' });
      await expect(
        forge.commit(name, { branch: 'main', from: sha, files: { 'fresh/catalog-info.yaml': 'kind: API\n' }, message: 'Mine' }),
      ).rejects.toMatchObject({ code: 'conflict' });
      expect(repository.branches.get('main')).toBe(theirs);
    });

    it('reads people and teams', async () => {
      await using opened = await open();
      opened.world.users = Array.from({ length: 5 }, (_, i) => ({ login: `dev${i}`, name: `Dev ${i}`, email: `dev${i}@acme.example` }));
      opened.world.teams = [
        { slug: 'platform', name: 'Platform', members: ['dev0', 'dev1'] },
        { slug: 'runtime', name: 'Runtime', members: ['dev2'], ...(subject.hierarchy ? { parent: 'platform' } : {}) },
        { slug: 'empty', name: 'Empty', members: [] },
      ];
      const { users, teams } = await opened.forge.organisation(subject.organisation ?? owner);
      expect(users.map((user) => user.login).toSorted()).toEqual([
        'dev0',
        'dev1',
        'dev2',
        ...(subject.peopleOnlyInTeams === true ? [] : ['dev3', 'dev4']),
      ]);
      expect(users.find((user) => user.login === 'dev2')?.name).toBe('Dev 2');
      const team = teams.find((one) => one.name === 'Platform');
      expect([...(team?.members ?? [])].toSorted()).toEqual(['dev0', 'dev1']);
      expect(teams.map((one) => one.name).toSorted()).toEqual(['Empty', 'Platform', 'Runtime']);
      const runtime = teams.find((one) => one.name === 'Runtime');
      if (subject.hierarchy) expect(runtime?.parent).toBe(team?.slug);
      expect((await opened.forge.team(subject.organisation ?? owner, runtime?.slug ?? ''))?.members).toEqual(['dev2']);
    });

    it('takes signed deliveries and no others', async () => {
      await using opened = await withRepository();
      const { webhook } = driver;
      const event = { repository: opened.name, branch: 'feature/x', commit: opened.sha, id: 'd-1' };
      const good = subject.delivery('a secret', event);
      expect(webhook.verify(good, 'a secret', signatureTools)).toBe(true);
      expect(webhook.verify(good, 'another', signatureTools)).toBe(false);
      expect(webhook.verify({ ...good, headers: { 'content-type': 'application/json' } }, 'a secret', signatureTools)).toBe(false);
      expect(webhook.id(good)).not.toBe('');
      expect(webhook.id(subject.delivery('a secret', event))).toBe(webhook.id(good));
      expect(webhook.changes(good, opened.integration)).toEqual([
        { type: 'push', repository: opened.name, branch: 'feature/x', deleted: false, commit: opened.sha },
      ]);
      expect(() => webhook.changes({ ...good, body: Buffer.from('not json') }, opened.integration)).toThrow(/JSON/);
      expect(webhook.setUp('https://paved.example/x', opened.integration).join('\n')).toContain('https://paved.example/x');
    });
  });
}
