import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { catalog } from '@paved/catalog';
import { repositories } from '@paved/repositories';
import { testActor } from '@paved/testing';
import type { Actor } from '@paved/kernel';
import { editingPlatform, person, type EditingPlatform } from './editing-platform.test-kit.ts';

const mira = person('mira', 'developer', ['group:default/shop']);
const omar = person('omar', 'developer', ['group:default/other']);
const pia = person('pia', 'platform-engineer');

const checkout = `# The shop’s till.
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: checkout
  tags:
  - java   # since 2019
spec:
  type: service
  lifecycle: production
  owner: shop # see the handbook
`;
const neighbours = (document: string): string => `kind: Group
apiVersion: backstage.io/v1alpha1
metadata: {name: shop}
spec:   {type: team, children: []}
---
${document}---
# the cart
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: { name:   cart }
spec: {type: service, lifecycle: production, owner: shop}
`;

async function withRepository(set: EditingPlatform, text = neighbours(checkout)) {
  const scm = set.paved.service(repositories);
  await scm.create({ slug: 'shop/checkout', description: '', ownerRef: 'group:default/shop' }, testActor);
  await scm.commitFiles(
    'shop/checkout',
    { branch: 'main', files: { 'catalog-info.yaml': text, 'a.txt': 'a\n' }, message: 'First' },
    testActor,
  );
  await set.paved.service(catalog).addLocation({ type: 'url', target: 'paved://repositories/shop/checkout/catalog-info.yaml' }, testActor);
  return scm;
}

const caller = (set: EditingPlatform) => ({
  document: async (ref: string, as: Actor = mira) => (await set.paved.request('GET', `/api/editing/document?ref=${ref}`, { as })).json,
  preview: async (body: object, as: Actor = mira) => set.paved.request('POST', '/api/editing/preview', { body, as }),
  save: async (body: object, as: Actor = mira) => set.paved.request('POST', '/api/editing/changes', { body, as }),
  entity: async (name: string, kind = 'component') => {
    const answer = await set.paved.request('GET', `/api/catalog/entities/by-name/${kind}/default/${name}`);
    return answer.status === 200 ? answer.json : undefined;
  },
});

test('an owner changes a field by commit: one line of one document, visible at once', async () => {
  await using set = await editingPlatform();
  const scm = await withRepository(set);
  const { document, preview, save, entity } = caller(set);
  const opened = await document('component:default/checkout');
  expect(opened).toMatchObject({
    text: checkout,
    place: { type: 'repository', words: 'shop/checkout › catalog-info.yaml', path: 'catalog-info.yaml' },
    modes: [
      { mode: 'pull-request', allowed: true },
      { mode: 'commit', allowed: true },
    ],
  });
  const yaml = checkout.replace('lifecycle: production', 'lifecycle: deprecated');
  const seen = (await preview({ ref: 'component:default/checkout', yaml, base: checkout })).json;
  expect(seen).toMatchObject({ problems: [], differences: [{ path: '/spec/lifecycle', before: 'production', after: 'deprecated' }] });
  expect(seen.patch.split('\n').filter((line: string) => /^[+-] /.test(line))).toEqual([
    '-  lifecycle: production',
    '+  lifecycle: deprecated',
  ]);
  const saved = await save({ ref: 'component:default/checkout', yaml, base: checkout, mode: 'commit' });
  expect(saved.json).toMatchObject({ type: 'commit', visible: true, href: expect.stringContaining('/repositories/shop/checkout/commit/') });
  expect((await scm.readFile('shop/checkout', 'main', 'catalog-info.yaml'))?.text).toBe(neighbours(yaml));
  expect((await entity('checkout')).spec.lifecycle).toBe('deprecated');
  const [commit] = await scm.commits('shop/checkout', 'main');
  expect(commit).toMatchObject({ subject: 'Change lifecycle of checkout', author: { name: 'mira' } });
  const entries = (await set.paved.request('GET', '/api/audit?action=editing.document.change')).json;
  expect(JSON.stringify(entries)).toContain('spec.lifecycle: production → deprecated');
});

test('a reference that leads nowhere is told with its line and what may be meant, and keeps nobody from saving', async () => {
  await using set = await editingPlatform();
  await withRepository(set);
  const { preview, save, entity } = caller(set);
  const ref = 'component:default/checkout';
  const yaml = checkout.replace('lifecycle: production', 'lifecycle: production\n  dependsOn: [component:carts]');
  const seen = (await preview({ ref, yaml, base: checkout })).json;
  expect(seen).toMatchObject({
    problems: [],
    warnings: [
      {
        at: '/spec/dependsOn/0',
        line: 11,
        ref: 'component:default/carts',
        fix: 'Did you mean component:default/cart?',
        use: 'component:cart',
      },
    ],
  });
  expect((await save({ ref, yaml, base: checkout, mode: 'commit' })).status).toBe(200);
  expect((await entity('checkout')).spec.dependsOn).toEqual(['component:carts']);
});

test('the form’s way: an entity, saved as a pull request; comments stay; merged, it is visible', async () => {
  await using set = await editingPlatform();
  const scm = await withRepository(set);
  const { save, entity } = caller(set);
  const wanted = {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Component',
    metadata: { name: 'checkout', title: 'Checkout', tags: ['java', 'critical'] },
    spec: { type: 'service', lifecycle: 'production', owner: 'shop' },
  };
  const body = { ref: 'component:default/checkout', entity: wanted, mode: 'pull-request', message: 'A title for the till' };
  const saved = (await save(body)).json;
  expect(saved).toMatchObject({ type: 'pull-request', number: 1, visible: false, href: '/repositories/shop/checkout/pull-requests/1' });
  // Asked for again (an impatient click): the same pull request.
  expect((await save(body)).json).toMatchObject({ number: 1, branch: saved.branch });
  const text = (await scm.readFile('shop/checkout', saved.branch, 'catalog-info.yaml'))?.text;
  expect(text).toBe(
    neighbours(checkout.replace('name: checkout', 'name: checkout\n  title: Checkout').replace('2019\n', '2019\n  - critical\n')),
  );
  expect((await entity('checkout')).metadata.title).toBeUndefined();
  await set.paved.request('POST', '/api/repositories/shop/checkout/pull-requests/1/merge', { body: {}, as: pia });
  await expect.poll(async () => (await entity('checkout')).metadata.title).toBe('Checkout');
});

test('who owns nothing of it may propose but not commit, and is refused what the catalog would refuse, with its line', async () => {
  await using set = await editingPlatform();
  await withRepository(set);
  const { document, preview, save } = caller(set);
  const ref = 'component:default/checkout';
  expect((await document(ref, omar)).modes).toMatchObject([
    { mode: 'pull-request', allowed: true },
    { mode: 'commit', allowed: false, reason: 'omar does not own this.' },
  ]);
  const yaml = checkout.replace('service', 'library');
  expect((await save({ ref, yaml, mode: 'commit' }, omar)).json).toMatchObject({ status: 403, detail: 'omar does not own this.' });
  expect((await save({ ref, yaml, mode: 'pull-request' }, omar)).json).toMatchObject({ type: 'pull-request', number: 1 });
  // A change of owner is asked of the owner it had.
  expect((await save({ ref, yaml: yaml.replace('owner: shop', 'owner: other'), mode: 'commit' }, omar)).status).toBe(403);

  const broken = checkout.replace('  owner: shop # see the handbook\n', '');
  const { problems } = (await preview({ ref, yaml: broken })).json;
  expect(problems).toMatchObject([{ line: 8, message: expect.stringContaining('owner') }]);
  expect((await save({ ref, yaml: broken, mode: 'commit' })).status).toBe(400);
  expect((await preview({ ref, yaml: `${checkout}  bad: [\n` })).json.problems[0].message).toMatch(/YAML error at line 1[23]/);
  expect((await preview({ ref, yaml: checkout.replace('name: checkout', 'name: till') })).json.problems[0].message).toContain('name stay');
  const smuggled = `${checkout}---\napiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: { name: admins }\nspec: { type: team, children: [] }\n`;
  expect((await save({ ref, yaml: smuggled, mode: 'commit' })).json.detail).toBe('One change is about one document.');
  expect((await save({ ref, yaml: checkout, mode: 'commit' })).json.detail).toBe('Nothing changes.');
  expect((await save({ ref, yaml, mode: 'store' })).json.detail).toContain('takes no store');
});

test('a document that changed meanwhile is not overwritten: the answer says what changed', async () => {
  await using set = await editingPlatform();
  const scm = await withRepository(set);
  const { save } = caller(set);
  const theirs = checkout.replace('owner: shop', 'owner: other');
  await scm.commitFiles(
    'shop/checkout',
    { branch: 'main', files: { 'catalog-info.yaml': neighbours(theirs) }, message: 'Move' },
    testActor,
  );
  await set.paved.service(catalog).refresh({ ref: 'component:default/checkout' });
  const late = await save(
    { ref: 'component:default/checkout', yaml: checkout.replace('service', 'library'), base: checkout, mode: 'commit' },
    pia,
  );
  expect(late.status).toBe(412);
  expect(late.json.detail).toBe('component:default/checkout has changed since you opened it: spec.owner.');
  // Another document of the same file does not stand in the way.
  const cart = neighbours(checkout).split('---\n')[2] ?? '';
  const beside = await save({ ref: 'component:default/cart', yaml: cart.replace('service', 'library'), base: cart, mode: 'commit' }, mira);
  expect(beside.json).toMatchObject({ type: 'commit', visible: true });
});

test('commits that others make while a change is saved stand in nobody’s way, unless they change the same document', async () => {
  await using set = await editingPlatform();
  const scm = await withRepository(set);
  const api = set.world.add('api');
  set.world.push(api, 'main', { 'catalog-info.yaml': neighbours(checkout).replaceAll(/(name: +)(\w+)/g, '$1remote-$2') });
  const target = `${set.forge}/acme/api/blob/main/catalog-info.yaml`;
  await set.paved.service(catalog).addLocation({ type: 'url', target }, testActor);
  const { save, document } = caller(set);
  const refs = ['checkout', 'cart', 'remote-checkout', 'remote-cart'].map((name) => `component:default/${name}`);
  const texts = await Promise.all(refs.map(async (ref) => (await document(ref, pia)).text as string));
  const answers = await Promise.all(
    refs.map((ref, i) => save({ ref, yaml: texts[i]?.replace('service', 'library'), base: texts[i], mode: 'commit' }, pia)),
  );
  expect(answers.map(({ json }) => json.type)).toEqual(['commit', 'commit', 'commit', 'commit']);
  expect((await scm.readFile('shop/checkout', 'main', 'catalog-info.yaml'))?.text.match(/library/g)).toHaveLength(2);
  expect(api.commits.get(api.branches.get('main') ?? '')?.files['catalog-info.yaml']?.match(/library/g)).toHaveLength(2);
  const both = await Promise.all(
    ['deprecated', 'experimental'].map((lifecycle) =>
      save(
        { ref: refs[2], yaml: texts[2]?.replace('production', lifecycle), base: texts[2]?.replace('service', 'library'), mode: 'commit' },
        pia,
      ),
    ),
  );
  expect(both.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 412]);
});

test('a pull request has the branch that was named, and starts where its file was read', async () => {
  await using set = await editingPlatform();
  const scm = await withRepository(set);
  await scm.commitFiles('shop/checkout', { branch: 'next', files: { 'b.txt': 'b' }, message: 'Next' }, testActor);
  await scm.commitFiles('shop/checkout', { branch: 'main', files: { 'a.txt': 'aa' }, message: 'Main moves on' }, testActor);
  const { save, document } = caller(set);
  const ref = 'component:default/checkout';
  const yaml = checkout.replace('service', 'library');
  expect((await document(ref)).place).toMatchObject({ label: 'shop/checkout', branch: 'main', path: 'catalog-info.yaml' });
  expect((await save({ ref, yaml, mode: 'pull-request', branch: 'next' })).json).toMatchObject({
    status: 409,
    detail: 'shop/checkout has a branch next already.',
  });
  const named = { ref, yaml, mode: 'pull-request', branch: 'mira/till' };
  expect((await save(named)).json).toMatchObject({ number: 1, branch: 'mira/till' });
  expect((await save(named)).json).toMatchObject({ number: 1, branch: 'mira/till' });
  // Read from another branch, the change goes there.
  await scm.commitFiles(
    'shop/checkout',
    { branch: 'next', files: { 'next.yaml': checkout.replace('name: checkout', 'name: later') }, message: 'Later' },
    testActor,
  );
  await set.paved.service(catalog).addLocation({ type: 'url', target: 'paved://repositories/shop/checkout/next.yaml?ref=next' }, testActor);
  const later = 'component:default/later';
  const opened = await document(later);
  expect(opened.place).toMatchObject({ branch: 'next', path: 'next.yaml' });
  const proposed = (await save({ ref: later, yaml: opened.text.replace('service', 'library'), mode: 'pull-request' })).json;
  expect(proposed).toMatchObject({ type: 'pull-request', number: 2 });
  const pull = (await set.paved.request('GET', '/api/repositories/shop/checkout/pull-requests/2', { as: pia })).json;
  expect(JSON.stringify(pull)).toContain('"base":"next"');
  expect((await scm.readFile('shop/checkout', proposed.branch, 'b.txt'))?.text).toBe('b');
});

test('documents are deleted: one of many, then the file and its source', async () => {
  await using set = await editingPlatform();
  const scm = await withRepository(set);
  const { save, entity } = caller(set);
  expect((await save({ ref: 'component:default/checkout', delete: true, mode: 'commit' })).json).toMatchObject({
    type: 'commit',
    visible: true,
  });
  expect(await entity('checkout')).toBeUndefined();
  expect((await scm.readFile('shop/checkout', 'main', 'catalog-info.yaml'))?.text).toBe(neighbours('').replace('---\n---\n', '---\n'));
  await save({ ref: 'component:default/cart', delete: true, mode: 'commit' });
  await save({ ref: 'group:default/shop', delete: true, mode: 'commit' }, pia);
  expect(await entity('shop', 'group')).toBeUndefined();
  expect(await scm.readFile('shop/checkout', 'main', 'catalog-info.yaml')).toBeUndefined();
  expect((await set.paved.request('GET', '/api/catalog/locations')).json).toEqual([]);
});

test('a file that a merged pull request deletes takes its entities along; its source says why it is empty', async () => {
  await using set = await editingPlatform();
  const scm = await withRepository(set);
  const { entity } = caller(set);
  await scm.commitFiles('shop/checkout', { branch: 'main', files: { 'README.md': '# Checkout\n' }, message: 'Words' }, pia);
  await scm.commitFiles('shop/checkout', { branch: 'away', files: { 'catalog-info.yaml': undefined }, message: 'Away with it' }, pia);
  const opened = await set.paved.request('POST', '/api/repositories/shop/checkout/pull-requests', {
    body: { title: 'Away with it', head: 'away', base: 'main' },
    as: pia,
  });
  expect(opened.status).toBe(201);
  await set.paved.request('POST', '/api/repositories/shop/checkout/pull-requests/1/merge', { body: {}, as: pia });
  expect(await entity('checkout')).toBeDefined();
  await expect.poll(() => entity('checkout'), { timeout: 10_000 }).toBeUndefined();
  const { items } = (await set.paved.request('GET', '/api/catalog/problems', { as: pia })).json;
  expect(items).toMatchObject([{ kind: 'missing', message: 'shop/checkout has no catalog-info.yaml at main.' }]);
});

test('new entities: in the store, beside others in a file, in a file of their own', async () => {
  await using set = await editingPlatform();
  const scm = await withRepository(set);
  const { save, entity, document } = caller(set);
  const made = (name: string) => checkout.replace('name: checkout', `name: ${name}`);
  expect((await save({ yaml: made('stored'), mode: 'store' })).json).toMatchObject({
    type: 'stored',
    visible: true,
    ref: 'component:default/stored',
  });
  expect((await document('component:default/stored')).place.type).toBe('store');
  expect((await save({ ref: 'component:default/stored', yaml: made('stored').replace('java', 'go'), mode: 'store' })).status).toBe(200);
  expect((await entity('stored')).metadata.tags).toEqual(['go']);
  expect((await save({ yaml: made('stored'), mode: 'store' })).json.detail).toContain('exists already');

  const { items } = (await set.paved.request('GET', '/api/editing/places', { as: mira })).json;
  expect(items).toMatchObject([{ type: 'repository', label: 'shop/checkout', files: ['catalog-info.yaml'], mayCommit: true }]);
  const address = items[0].address;
  expect((await save({ yaml: made('beside'), to: { address, path: 'catalog-info.yaml' }, mode: 'commit' })).json).toMatchObject({
    visible: true,
  });
  expect((await entity('beside')).spec.owner).toBe('shop');
  expect((await save({ yaml: made('apart'), to: { address, path: 'catalog/apart.yaml' }, mode: 'commit' })).json).toMatchObject({
    visible: true,
  });
  expect((await entity('apart')).metadata.annotations['backstage.io/managed-by-location']).toBe(`url:${address}/catalog/apart.yaml`);
  expect((await scm.readFile('shop/checkout', 'main', 'a.txt'))?.text).toBe('a\n');

  for (const path of ['../x.yaml', '.github/workflows/x.yaml', 'run.sh'])
    expect((await save({ yaml: made('bad'), to: { address, path }, mode: 'commit' })).status, path).toBe(400);
  const group = 'apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: { name: admins }\nspec: { type: team, children: [] }\n';
  expect((await save({ yaml: group, mode: 'store' })).json.detail).toContain('platform engineers');
});

test('a new file comes by pull request and is read when that is merged', async () => {
  await using set = await editingPlatform();
  await withRepository(set);
  const { save, entity } = caller(set);
  const yaml = checkout.replace('name: checkout', 'name: fresh');
  const saved = await save({ yaml, to: { address: 'paved://repositories/shop/checkout', path: 'fresh.yaml' }, mode: 'pull-request' });
  expect(saved.json).toMatchObject({ type: 'pull-request', number: 1, visible: false });
  await set.paved.request('POST', '/api/repositories/shop/checkout/pull-requests/1/merge', { body: {}, as: pia });
  await expect.poll(() => entity('fresh'), { timeout: 10_000 }).toMatchObject({ metadata: { name: 'fresh' } });
});

test('a forge’s file: commit and pull request', async () => {
  await using set = await editingPlatform();
  const { world, forge } = set;
  const api = world.add('api');
  world.push(api, 'main', { 'catalog-info.yaml': checkout, 'README.md': 'x' });
  const target = `${forge}/acme/api/blob/main/catalog-info.yaml`;
  await set.paved.service(catalog).addLocation({ type: 'url', target }, testActor);
  const { document, save, entity } = caller(set);
  const ref = 'component:default/checkout';
  expect((await document(ref)).place).toMatchObject({ type: 'forge', words: 'acme/api › catalog-info.yaml' });
  const yaml = checkout.replace('production', 'deprecated');
  expect((await save({ ref, yaml, base: checkout, mode: 'commit' })).json).toMatchObject({ type: 'commit', visible: true });
  expect((await entity('checkout')).spec.lifecycle).toBe('deprecated');
  const again = (await save({ ref, yaml: yaml.replace('service', 'library'), mode: 'pull-request', message: 'It is a library' })).json;
  expect(again).toMatchObject({ type: 'pull-request', number: 1, href: `${forge}/acme/api/pull/1` });
  expect(api.pulls).toMatchObject([{ title: 'It is a library', base: 'main' }]);
  // Repositories that are no part of the catalog are not everybody's, though the platform could write there.
  world.push(world.add('secret'), 'main', { 'README.md': 'x' });
  const other = {
    yaml: checkout.replace('name: checkout', 'name: x'),
    to: { address: `${forge}/acme/secret`, path: 'catalog-info.yaml' },
    mode: 'pull-request',
  };
  expect((await save(other)).status).toBe(403);
  expect((await save(other, pia)).json).toMatchObject({ type: 'pull-request' });
});

test('a file of the server is left alone, unless its folder is named; then administrators may', async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'paved-disk-'));
  try {
    const file = path.join(folder, 'catalog-info.yaml');
    writeFileSync(file, neighbours(checkout));
    const ref = 'component:default/checkout';
    const yaml = checkout.replace('production', 'deprecated');
    {
      await using set = await editingPlatform();
      await set.paved.service(catalog).addLocation({ type: 'file', target: file }, testActor);
      const { document, save } = caller(set);
      expect(await document(ref)).toMatchObject({
        place: { type: 'elsewhere', reason: expect.stringContaining('does not write') },
        modes: [],
      });
      expect((await save({ ref, yaml, mode: 'write' }, testActor)).json.fix).toContain('editing.folders');
    }
    await using set = await editingPlatform({ folders: [folder] });
    await set.paved.service(catalog).addLocation({ type: 'file', target: file }, testActor);
    const { save, entity } = caller(set);
    expect((await save({ ref, yaml, mode: 'write' }, pia)).status).toBe(403);
    expect((await save({ ref, yaml, mode: 'write' }, testActor)).json).toMatchObject({ type: 'written', visible: true });
    expect(readFileSync(file, 'utf8')).toBe(neighbours(yaml));
    expect((await entity('checkout')).spec.lifecycle).toBe('deprecated');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
