import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until, type Server } from './kit/acme.ts';
import { chromiumPath, settled, why } from './kit/browser.ts';
import { entityCatalog } from './kit/entity-catalog.ts';
import { journey, type Journey } from './kit/journey.ts';
import { tasksWhile } from './kit/long-tasks.ts';
import { inspectAll, type Complaints } from './kit/page-checks.ts';
import { pictures } from './kit/pictures.ts';
import type { Portal } from './kit/portal.ts';

const NODES = 1000;

describe.skipIf(chromiumPath === undefined)(`An entity from every side, in a browser${why}`, () => {
  let begun: Journey;
  let server: Server;
  let complaints: Complaints;
  let p: Portal;
  let page: Page;
  let made: ReturnType<typeof entityCatalog>;
  const query = () => new URL(page.url()).searchParams;
  const placed = () => page.locator('.p-map[data-placed]').waitFor({ timeout: 60_000 });

  beforeAll(async () => {
    begun = await journey();
    server = begun.server;
    made = entityCatalog(server.url, NODES);
    void server.api
      .post('/api/catalog/locations', { type: 'file', target: path.join(made.folder, 'catalog-info.yaml') })
      .catch(() => undefined);
    await until(120_000, 'the catalog to be read', async () => {
      const { totalItems } = await server.api.get<{ totalItems: number }>('/api/catalog/entities/by-query', { limit: 0 });
      return totalItems > NODES ? true : undefined;
    });
    made.breakOne();
    ({ complaints, page, p } = await begun.visitor('Mira Voss'));
  });
  afterAll(async () => {
    await begun?.[Symbol.asyncDispose]();
    if (made !== undefined) rmSync(made.folder, { recursive: true, force: true });
  });

  test('says why it is an old version, and which two claim a name', async () => {
    await until(30_000, 'the broken file to be read', async () => {
      const { stale } = await server.api.get<{ stale: boolean }>('/api/catalog/origin', { ref: 'resource:default/fragile' });
      return stale ? true : undefined;
    });
    await p.open('/catalog/default/resource/fragile');
    const notice = page.getByRole('alert').filter({ hasText: 'This is the last good version.' });
    expect(await notice.textContent()).toContain('spec.type');
    await page.getByRole('region', { name: 'Source' }).getByText('Old version kept').waitFor();
    await notice.getByRole('link', { name: 'Open its source' }).click();
    await page.getByRole('heading', { level: 1, name: /catalog-info\.yaml/ }).waitFor();
    await p.open('/catalog/default/resource/twice');
    const conflict = page.locator('.p-notice').filter({ hasText: 'Two documents claim this name.' });
    await conflict.waitFor();
    expect(await conflict.textContent()).toMatch(/twice\.yaml:1.*twice-again\.yaml:1/);
  });

  test('shows its document as written and as kept, and gives it away', async () => {
    await p.open('/catalog/default/component/playback-api');
    await p.tab('YAML');
    const code = page.getByRole('region', { name: 'Source of playback-api.yaml' });
    expect(await code.textContent()).not.toContain('managed-by-location');
    await page.getByRole('button', { name: 'As kept' }).click();
    await code.getByText('managed-by-location').first().waitFor();
    expect(query().get('as')).toBe('all');
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download' }).click();
    expect((await download).suggestedFilename()).toBe('playback-api.yaml');
  });

  test('draws systems with their parts, and domains as boxes in boxes', async () => {
    await p.open('/catalog/default/system/streaming');
    const drawn = page.getByRole('region', { name: /^How it hangs together/ });
    await drawn.locator('.react-flow__node').filter({ hasText: 'playback-api' }).waitFor();
    await drawn.getByRole('button', { name: 'List' }).click();
    await drawn.getByRole('button', { name: 'sessions-db' }).waitFor();
    await p.open('/catalog/default/domain/mesh');
    await page
      .getByRole('region', { name: /^Systems/ })
      .getByRole('link', { name: 'Mesh 3', exact: true })
      .first()
      .click();
    await p.heading('Mesh 3');
  });

  test('says of every kind what there is to say, however much it is', async () => {
    await p.open('/catalog/default/resource/crowded');
    const relations = page.getByRole('region', { name: /^Relations/ });
    await relations.getByRole('button', { name: 'Show all 40' }).click();
    await expect.poll(() => relations.getByRole('list', { name: 'Needed by' }).getByRole('listitem').count()).toBe(40);
    const links = page.getByRole('region', { name: /^Links/ });
    await links.getByRole('button', { name: '14 more' }).click();
    expect(await links.getByRole('link').count()).toBe(19);
    await links.getByText('javascript:alert(1)').waitFor();
    await page.getByRole('button', { name: 'Show all of it' }).click();
    await page.getByRole('button', { name: 'Show less' }).waitFor();
    await page.getByText('Cost centre').waitFor();
    await page.getByRole('link', { name: 'tag-3', exact: true }).click();
    await expect.poll(() => query().get('tag')).toBe('tag-3');
    await p.open('/catalog/default/template/http-service');
    await page
      .getByRole('region', { name: /^What it asks/ })
      .getByText('Name', { exact: true })
      .waitFor();
    await page.getByRole('link', { name: 'Use it' }).click();
    await expect.poll(() => new URL(page.url()).pathname).toBe('/create/default/http-service');
    // The declared icon stands in the header, not the one of kinds that declare none.
    await p.open('/catalog/default/dataset/play-counts');
    await expect.poll(() => page.locator('h1 svg path[d="M3 10h18"]').count()).toBe(1);
  });

  test('tells who is affected when it breaks, and on which way', async () => {
    await p.open('/catalog/default/resource/sessions-db');
    await p.tab('Dependencies');
    await page.getByRole('button', { name: 'If it breaks' }).click();
    const list = page.getByRole('list', { name: 'Affected, owned by playback' });
    await list.waitFor();
    expect(await list.getByRole('listitem').filter({ hasText: 'stream-edge' }).textContent()).toMatch(
      /calls playback · way: playback-api → playback3 hops/,
    );
    // What matters most comes first, and who is on call is one link away.
    expect(await list.getByRole('listitem').first().textContent()).toMatch(/Tier 1/);
    await page.getByRole('link', { name: 'On call: Pager' }).first().waitFor();
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Export' }).click()]);
    expect(file.suggestedFilename()).toMatch(/^impact-of-.*\.csv$/);
    await page.getByLabel('Kind').selectOption('API');
    await expect.poll(() => list.getByRole('listitem').count()).toBe(1);
    expect(query().get('kind')).toBe('API');
    await p.open('/catalog/default/component/mesh-part-1/dependencies?show=impact');
    await page.getByText('Affected', { exact: true }).waitFor();
    await page.getByRole('button', { name: /more$/ }).first().click();
    await p.open('/catalog/default/domain/business/dependencies?show=impact');
    await settled(page);
  });

  test(`explores ${NODES} nodes without the page ever standing still`, async () => {
    await p.open('/catalog/graph');
    const tasks = await tasksWhile(begun.browser, page, async () => {
      await page.getByRole('link', { name: /^Mesh Domain/ }).click();
      await page.getByLabel('Hops').selectOption('5');
      await placed();
      await expect
        .poll(async () => Number(await page.locator('.p-map').getAttribute('data-placed')), { timeout: 60_000 })
        .toBeGreaterThan(NODES);
      const map = page.getByRole('application', { name: /^Around/ });
      const box = await map.boundingBox();
      if (box === null) throw new Error('The map has no room.');
      await page.mouse.move(box.x + 300, box.y + 300);
      for (let i = 0; i < 10; i++) await page.mouse.wheel(12, 25);
      await map.focus();
      for (const key of ['+', '+', '+', '+', '-', 'ArrowLeft', 'ArrowLeft', 'ArrowDown', '0']) await page.keyboard.press(key);
    });
    console.log(
      `longest tasks while placing and moving: cpu ${tasks.cpu.slice(0, 5).join(', ')} ms; on the clock ${tasks.wall.slice(0, 5).join(', ')} ms`,
    );
    expect(tasks.cpu[0]).toBeLessThan(200);
    await expect.poll(() => query().get('node')).toMatch(/^(component|system|resource|domain):/);
    expect(complaints.list).toEqual([]);
  });

  test('narrows, finds, focuses and opens from the keyboard; the list says the same', async () => {
    await p.open('/catalog/graph?ref=component:default/playback-api&depth=1');
    await placed();
    const map = page.getByRole('application', { name: 'Around playback-api' });
    await map.focus();
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => query().get('node')).toBe('component:default/playback-api');
    await page.keyboard.press('ArrowLeft');
    await expect.poll(() => query().get('node')).toBe('component:default/device-sync');
    await page.keyboard.press('e');
    await expect.poll(() => query().getAll('expand')).toEqual(['component:default/device-sync']);
    await page.keyboard.press('f');
    await expect.poll(() => query().get('ref')).toBe('component:default/device-sync');
    await p.heading('Around device-sync');
    await placed();
    await page.keyboard.press('/');
    await page.keyboard.type('playback');
    await page.keyboard.press('Enter');
    await expect.poll(() => query().get('node')).toBe('component:default/playback-api');
    await page.getByRole('complementary', { name: 'playback-api' }).getByRole('link', { name: 'If it breaks' }).waitFor();
    await page.getByRole('button', { name: 'List', exact: true }).click();
    await page.getByLabel('Find in the graph').fill('');
    const table = page.getByRole('table', { name: 'What is around it' });
    await table.getByRole('link', { name: 'Streaming' }).waitFor();
    await page
      .getByRole('group', { name: 'Filters' })
      .getByLabel(/^System/)
      .check();
    await expect.poll(() => table.getByRole('link', { name: 'playback-api' }).count()).toBe(0);
    await page.goBack();
    await page.goBack();
    await p.open('/catalog/graph?ref=component:default/playback-api');
    await placed();
    await page.getByLabel('Boxes').selectOption('team');
    await expect.poll(() => query().get('group')).toBe('team');
    await placed();
    const picture = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save as a picture' }).click();
    await page.getByRole('menuitem', { name: 'Save as SVG' }).click();
    const svg = readFileSync(await (await picture).path(), 'utf8');
    expect(svg).toContain('<svg');
    expect(svg).toContain('playback-api');
    expect(svg).toContain('Playback');
    await page.getByLabel('Boxes').selectOption('auto');
    await expect.poll(() => query().get('group')).toBe(null);
    await page.getByRole('application', { name: 'Around playback-api' }).focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await p.heading('playback-api');
  });

  test('renders every sort of API definition, and what is hostile in it stays text', async () => {
    const definition = async (name: string) => {
      await p.open(`/catalog/default/api/${name}`);
      await p.tab('Definition');
    };
    await definition('orders');
    await page.getByText('<img src=x onerror=').waitFor();
    expect(await page.title()).not.toBe('hacked');
    expect(await page.locator('a[href^="javascript"]').count()).toBe(0);
    await page.getByRole('button', { name: /^GET \/orders\/\{id\}/ }).click();
    const body = page.locator('.p-api-body');
    await body.getByRole('button', { name: 'replaces' }).click();
    await body.getByRole('button', { name: 'replaces' }).nth(1).click();
    expect(await body.getByRole('button', { name: 'replaces' }).count()).toBe(3);
    await page.getByRole('button', { name: /^GET \/api\/catalog\/kinds/ }).click();
    await page.getByRole('button', { name: 'Send request' }).last().click();
    await page.getByRole('status', { name: 'Answer' }).getByText('401 Unauthorized').waitFor();
    await definition('stock');
    await page.getByRole('button', { name: /^PUT/ }).click();
    await page.getByText("curl -X PUT 'https://stock.example.org/v1/items/{sku}'").or(page.getByText('curl -X PUT')).first().waitFor();
    await definition('playback-events');
    await page.getByRole('heading', { name: /^playback\.started/ }).waitFor();
    await definition('library');
    await page.getByRole('heading', { name: /^Query/ }).waitFor();
    await definition('licences');
    await page.getByText('stream').first().waitFor();
    await definition('tools');
    await page.getByText('https://tools.example.org/mcp').waitFor();
    await definition('torn');
    await page.getByText('The definition cannot be read as OpenAPI.').waitFor();
    await definition('router');
    await page.getByText('t.router').waitFor();
    const tasks = await tasksWhile(begun.browser, page, async () => {
      await page.goto(`${server.url}/catalog/default/api/everything/api`);
      await page.getByRole('button', { name: /^Group 0/ }).waitFor();
      await page.getByLabel('Find an operation').fill('things/77/');
      await page.getByRole('button', { name: /^GET \/things\/77\// }).waitFor();
      await page.getByRole('button', { name: 'Source', exact: true }).click();
      await page.locator('.p-code.long').waitFor();
    });
    console.log(`a megabyte: longest tasks cpu ${tasks.cpu.slice(0, 3).join(', ')} ms`);
    expect(tasks.cpu[0]).toBeLessThan(500);
    // A request that is refused is the browser's to tell, not ours to be ashamed of.
    expect(complaints.list.filter((text) => !text.includes('401'))).toEqual([]);
  });

  test('every page is accessible, at every width, in both themes', async () => {
    const addresses = [
      ['stale', '/catalog/default/resource/fragile'],
      ['api', '/catalog/default/api/playback'],
      ['system', '/catalog/default/system/streaming'],
      ['domain', '/catalog/default/domain/mesh'],
      ['team', '/catalog/default/group/playback'],
      ['crowded', '/catalog/default/resource/crowded'],
      ['ownerless', '/catalog/default/component/crowd-1'],
      ['template', '/catalog/default/template/http-service'],
      ['declared', '/catalog/default/dataset/play-counts'],
      ['dependencies', '/catalog/default/component/playback-api/dependencies'],
      ['person', '/catalog/default/user/mira.voss'],
      ['yaml', '/catalog/default/api/playback/definition'],
      ['impact', '/catalog/default/resource/sessions-db/dependencies?show=impact'],
      ['start', '/catalog/graph'],
      ['graph', '/catalog/graph?ref=component:default/playback-api&node=component:default/playback-api&view=graph'],
      ['graph-list', '/catalog/graph?ref=component:default/playback-api&view=list'],
      ['openapi', `/catalog/default/api/orders/api?op=${encodeURIComponent('post /orders')}`],
      ['graphql', '/catalog/default/api/library/api'],
      ['asyncapi', '/catalog/default/api/playback-events/api'],
      ['torn', '/catalog/default/api/torn/api'],
    ] as const;
    expect(await inspectAll(page, server.url, addresses, pictures('catalog-entity'))).toEqual([]);
  });
});
