import { mkdtempSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EditingPlatform } from '@paved/editing/testing';
import { catalog } from '@paved/catalog';
import { repositories } from '@paved/repositories';
import { testActor, testCli } from '@paved/testing';
import { onboardingPlatform } from '../server/onboarding-platform.test-kit.ts';
import { register } from './index.ts';

describe('paved onboard', () => {
  let set: EditingPlatform;
  let run: (...words: string[]) => Promise<string>;

  beforeAll(async () => {
    set = await onboardingPlatform();
    const scm = set.paved.service(repositories);
    for (const [slug, files] of [
      ['shop/till', { 'package.json': '{"name":"till","version":"1.0.0","dependencies":{"fastify":"5"}}' }],
      ['shop/posters', { 'README.md': '# Posters\n' }],
      ['shop/known', { 'catalog-info.yaml': 'kind: Component\n' }],
    ] as const) {
      await scm.create({ slug, description: '', ownerRef: 'group:default/shop' }, testActor);
      await scm.commitFiles(slug, { branch: 'main', files, message: 'First' }, testActor);
    }
    const command = testCli({ server: set.paved.baseUrl(), register });
    run = async (...words) => (await command('onboard', ...words)).text;
  });
  afterAll(() => set?.[Symbol.asyncDispose]());

  it('looks through hosted repositories, and lists what it proposes', async () => {
    expect(await run('scan')).toMatch(/^repositories: 3\nproposed: 2\nknown already: 1\nfailed: 0\nrun: \S+$/);
    expect(await run('list')).toBe(
      [
        'shop/posters | component:default/posters | group:default/shop | medium | proposed',
        'shop/till | component:default/till | group:default/shop | medium | proposed',
      ].join('\n'),
    );
  });

  it('looks through named ones and a forge’s; says how they are named', async () => {
    expect(await run('scan', 'paved://repositories/shop/till', 'https://nowhere.example/x/y')).toMatch(
      /^repositories: 2\nproposed: 1\nknown already: 0\nfailed: 1\nrun: .*\nhttps:\/\/nowhere\.example\/x\/y: .* is no repository/,
    );
    set.world.push(set.world.add('one'), 'main', { 'package.json': '{"name":"one","version":"1.0.0"}' });
    const host = new URL(set.forge).host;
    await expect(run('scan', '--forge', host)).rejects.toThrow('A forge is looked through with --forge and --owner.');
    expect(await run('scan', '--forge', host, '--owner', 'acme')).toMatch(/^repositories: 1\nproposed: 1\n/);
    expect(await run('list')).toContain('acme/one | component:default/one');
    await expect(run('scan', '--forge', 'nowhere.example', '--owner', 'acme')).rejects.toThrow('There is no integration');
  });

  it('shows a proposal’s text and takes an edited one that the catalog takes', async () => {
    const text = await run('show', 'shop/till');
    expect(text).toMatch(/^apiVersion: backstage\.io\/v1alpha1\nkind: Component\n/);
    const file = path.join(mkdtempSync(path.join(os.tmpdir(), 'paved-onboard-')), 'till.yaml');
    writeFileSync(file, text.replace('lifecycle: ', 'lifecycles: '));
    await expect(run('edit', 'shop/till', '--file', file)).rejects.toThrow(/till\.yaml:\d+: .*lifecycle/);
    writeFileSync(file, text.replace(/lifecycle: .*/, 'lifecycle: deprecated'));
    expect(await run('edit', 'shop/till', '--file', file)).toMatch(/^shop\/till \| component:default\/till/);
    expect(await run('show', 'shop/till')).toContain('lifecycle: deprecated');
    await expect(run('edit', 'shop/till', '--file', `${file}.none`)).rejects.toThrow('cannot be read');
  });

  it('writes an owner into what has none, or into what is named', async () => {
    const shop = { apiVersion: 'backstage.io/v1alpha1', kind: 'Group', metadata: { name: 'shop' }, spec: { type: 'team', children: [] } };
    await set.paved.service(catalog).put([shop], 'api', testActor);
    expect(await run('owner', 'shop', '--all')).toBe('acme/one | component:default/one | group:default/shop | low | proposed');
    await expect(run('owner', 'shop', '--all')).rejects.toThrow('There is no proposal to write it into.');
    await expect(run('owner', 'nobody', 'shop/till')).rejects.toThrow('The catalog has no group:default/nobody.');
    expect(await run('show', 'acme/one')).toContain('owner: shop');
  });

  it('puts aside and opens what is named, and nothing else', async () => {
    await expect(run('dismiss', 'shop/known')).rejects.toThrow('Nothing is proposed for shop/known.');
    expect(await run('dismiss', 'acme/one')).toBe('1 dismissed');
    expect(await run('list', '--state', 'dismissed')).toMatch(/^acme\/one \| .* \| dismissed$/);
    await expect(run('open')).rejects.toThrow('There is nothing to open.');
    expect(await run('open', 'shop/till')).toBe(
      'shop/till | component:default/till | group:default/shop | medium | /repositories/shop/till/pull-requests/1',
    );
    expect(await run('open', '--all')).toMatch(/^shop\/posters /);
    expect(await run('list')).toBe('Nothing is proposed. Look through repositories with: paved onboard scan');
    expect((await run('list', '--state', 'opened')).split('\n')).toHaveLength(2);
  });

  it('fails when a pull request cannot be opened, and says why', async () => {
    // Somebody was faster: the file is there by now.
    const scm = set.paved.service(repositories);
    await scm.create({ slug: 'shop/late', description: '', ownerRef: 'group:default/shop' }, testActor);
    await scm.commitFiles('shop/late', { branch: 'main', files: { 'README.md': '# Late\n' }, message: 'First' }, testActor);
    await run('scan', 'paved://repositories/shop/late');
    await scm.commitFiles('shop/late', { branch: 'main', files: { 'catalog-info.yaml': 'kind: Component\n' }, message: 'Mine' }, testActor);
    await expect(run('open', 'shop/late')).rejects.toThrow('No pull request could be opened.');
    expect(await run('list')).toContain('shop/late has a catalog-info.yaml by now.');
  });
});
