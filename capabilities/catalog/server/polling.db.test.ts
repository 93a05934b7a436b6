import { describe, expect, it } from 'vitest';
import { sql } from 'kysely';
import { serviceRef } from '@paved/kernel';
import { testActor, type TestPlatform } from '@paved/testing';
import { catalog } from '../index.ts';
import { catalogPlatform, component } from './platform.test-kit.ts';
import { serve } from './reading/servers.test-kit.ts';

/** A round of polling now, instead of waiting for the next one. */
const sourcePolling = serviceRef<{ pollSources(): Promise<number> }>('catalog');
const reading = (host: string) => ({ catalog: { reading: { allow: [{ host }] } as never, pollInterval: '5m' } });
const round = (platform: TestPlatform) => platform.service(sourcePolling).pollSources();
const source = async (platform: TestPlatform, target: string) =>
  (await platform.request('GET', '/api/catalog/sources')).json.items.find((item: { target: string }) => item.target === target);
const minutesUntilNext = async (platform: TestPlatform, target: string): Promise<number> => {
  const { nextReadAt, readAt, askedAt } = await source(platform, target);
  return (Date.parse(nextReadAt) - Date.parse(askedAt ?? readAt)) / 60_000;
};

describe('polling', () => {
  it('asks every interval, reads only what changed, and every read is a run', async () => {
    let text = component('one');
    let etag = '"1"';
    await using server = await serve((request, response) => {
      if (request.headers['if-none-match'] === etag) return void response.writeHead(304).end();
      response.setHeader('etag', etag).end(text);
    });
    await using platform = await catalogPlatform({ config: reading(server.host) });
    const target = `${server.url}/a.yaml`;
    await platform.service(catalog).addLocation({ type: 'url', target }, testActor);
    expect(await minutesUntilNext(platform, target)).toBeCloseTo(5, 0);
    expect(await round(platform)).toBe(0);
    const first = await source(platform, target);
    expect(first).toMatchObject({ state: 'ok', entities: 1, failures: 0, runId: expect.any(String), durationMs: expect.any(Number) });
    for (let i = 0; i < 2; i++) {
      platform.advance(6 * 60_000);
      server.asked.length = 0;
      expect(await round(platform)).toBe(1);
      expect(server.asked).toEqual(['GET /a.yaml 304']);
    }
    expect((await source(platform, target)).runId).toBe(first.runId);
    text = component('two');
    etag = '"2"';
    platform.advance(6 * 60_000);
    expect(await round(platform)).toBe(1);
    expect(await platform.service(catalog).get('component:two')).toBeDefined();
    expect(await platform.service(catalog).get('component:one')).toBeUndefined();
    expect((await source(platform, target)).runId).not.toBe(first.runId);
  });

  it('waits longer after each failure, and reads at once when it works again', async () => {
    let down = false;
    await using server = await serve((_request, response) => (down ? response.writeHead(500).end() : response.end(component('one'))));
    await using platform = await catalogPlatform({ config: reading(server.host) });
    const target = `${server.url}/a.yaml`;
    await platform.service(catalog).addLocation({ type: 'url', target }, testActor);
    down = true;
    const waits: number[] = [];
    for (let i = 0; i < 4; i++) {
      platform.advance(20 * 60_000);
      expect(await round(platform)).toBe(1);
      waits.push(await minutesUntilNext(platform, target));
    }
    expect(waits.map((wait, i) => wait / (0.5 * 2 ** i)).every((ratio) => ratio >= 0.74 && ratio <= 1.26)).toBe(true);
    expect(await source(platform, target)).toMatchObject({
      state: 'failing',
      failures: 4,
      failure: { message: expect.stringContaining('answers 500') },
      stale: 1,
    });
    down = false;
    platform.advance(20 * 60_000);
    await round(platform);
    expect(await source(platform, target)).toMatchObject({ state: 'ok', failures: 0, stale: 0 });
  });

  it('leaves a host alone for as long as it asks, with all its sources, and keeps what they brought', async () => {
    let limited = false;
    await using server = await serve((request, response) =>
      limited
        ? response.writeHead(429, { 'retry-after': '1800' }).end()
        : response.end(component(request.url === '/a.yaml' ? 'one' : 'two')),
    );
    await using platform = await catalogPlatform({ config: reading(server.host) });
    const [a, b] = [`${server.url}/a.yaml`, `${server.url}/b.yaml`];
    await platform.service(catalog).addLocation({ type: 'url', target: a }, testActor);
    await platform.service(catalog).addLocation({ type: 'url', target: b }, testActor);
    limited = true;
    await sql`update catalog.source_state set next_read_at = now() - interval '1 hour' where location_id = (select id from catalog.location where target = ${a})`.execute(
      platform.platform.db,
    );
    expect(await round(platform)).toBe(1);
    const waiting = await source(platform, a);
    expect(waiting).toMatchObject({ state: 'waiting', stale: 0 });
    expect(await minutesUntilNext(platform, a)).toBeGreaterThan(29.9);
    server.asked.length = 0;
    platform.advance(10 * 60_000);
    expect(await round(platform)).toBe(0);
    // Nor does a person's refresh ask it.
    await expect(platform.service(catalog).refresh({ type: 'url', target: a })).rejects.toThrow('asked to be left alone');
    expect(server.asked).toEqual([]);
    expect((await platform.service(catalog).get('component:one'))?.status).toBeUndefined();
    limited = false;
    platform.advance(25 * 60_000);
    expect(await round(platform)).toBe(2);
    for (const target of [a, b]) expect(await source(platform, target)).toMatchObject({ state: 'ok' });
  });

  it('is done by one of several servers', async () => {
    await using server = await serve((_request, response) => void setTimeout(() => response.end(component('one')), 50));
    await using platform = await catalogPlatform({ config: reading(server.host) });
    await platform.service(catalog).addLocation({ type: 'url', target: `${server.url}/a.yaml` }, testActor);
    await using other = await catalogPlatform({ config: reading(server.host), beside: platform });
    platform.advance(6 * 60_000);
    other.advance(6 * 60_000);
    server.asked.length = 0;
    const asked = await Promise.all([round(platform), round(other), round(platform), round(other)]);
    expect(asked.reduce((sum, n) => sum + n, 0)).toBe(1);
    expect(server.asked).toEqual(['GET /a.yaml']);
  });

  it('takes over what a server left that died while it asked', async () => {
    await using server = await serve((_request, response) => response.end(component('one')));
    await using platform = await catalogPlatform({ config: reading(server.host) });
    await platform.service(catalog).addLocation({ type: 'url', target: `${server.url}/a.yaml` }, testActor);
    const { db } = platform.platform;
    await sql`update catalog.source_state set next_read_at = now() - interval '1 minute', claimed_until = now() + interval '10 minutes'`.execute(
      db,
    );
    expect(await round(platform)).toBe(0);
    platform.advance(11 * 60_000);
    expect(await round(platform)).toBe(1);
    expect(await round(platform)).toBe(0);
  });

  it('reads again when kinds or rules are others, although nothing changed at the source', async () => {
    await using server = await serve((_request, response) => response.setHeader('etag', '"1"').end(component('one')));
    await using platform = await catalogPlatform({ config: reading(server.host) });
    await platform.service(catalog).addLocation({ type: 'url', target: `${server.url}/a.yaml` }, testActor);
    const config = { catalog: { ...reading(server.host).catalog, rules: [{ allow: ['API' as const] }] } };
    await using stricter = await catalogPlatform({ config, beside: platform, listen: true });
    const found = async () =>
      (await stricter.request('GET', '/api/catalog/problems')).json.items.map((p: { message: string }) => p.message);
    await expect.poll(found, { timeout: 20_000 }).toEqual([expect.stringContaining('is not allowed in this source, only API')]);
    expect((await stricter.service(catalog).get('component:one'))?.status?.items).toHaveLength(1);
  });

  it('says when the configuration does not name a source any more', async () => {
    await using server = await serve((_request, response) => response.end(component('one')));
    const target = `${server.url}/a.yaml`;
    const config = { catalog: { ...reading(server.host).catalog, locations: [{ type: 'url' as const, target }] } };
    await using named = await catalogPlatform({ config, listen: true });
    await expect.poll(async () => (await source(named, target))?.state, { timeout: 20_000 }).toBe('ok');
    await using unnamed = await catalogPlatform({ config: reading(server.host), beside: named, listen: true });
    await expect.poll(async () => (await source(unnamed, target))?.state, { timeout: 20_000 }).toBe('left');
    expect(await unnamed.service(catalog).get('component:one')).toBeDefined();
    await using again = await catalogPlatform({ config, beside: named, listen: true });
    await expect.poll(async () => (await source(again, target))?.state, { timeout: 20_000 }).toBe('ok');
  });
});
