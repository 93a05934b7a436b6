import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Entity } from '@paved/kernel';
import { testActor, type TestPlatform } from '@paved/testing';
import { catalog } from '../../index.ts';
import { catalogPlatform } from '../platform.test-kit.ts';

interface Heard {
  readonly id: string;
  readonly event: string;
  readonly ref?: string;
  readonly entities?: number;
  readonly entity?: Entity;
}

const component = (name: string, owner = 'team-a'): Entity => ({
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  metadata: { name },
  spec: { type: 'service', lifecycle: 'production', owner },
});

describe('watching a query', () => {
  let platform: TestPlatform;
  const streams: AbortController[] = [];
  const put = (...entities: Entity[]) => platform.service(catalog).put(entities, 'test', testActor);
  const remove = (...refs: string[]) => platform.service(catalog).remove(refs, 'test', testActor);

  beforeAll(async () => {
    platform = await catalogPlatform({ listen: true });
  });
  afterEach(() => streams.splice(0).forEach((stream) => stream.abort()));
  afterAll(() => platform[Symbol.asyncDispose]());

  /** Opens a watch; what it hears is added to the answered list. */
  async function watch(query: string, after?: string): Promise<Heard[]> {
    const heard: Heard[] = [];
    const abort = new AbortController();
    streams.push(abort);
    const response = await fetch(`${platform.baseUrl()}/api/catalog/watch?${query}`, {
      signal: abort.signal,
      headers: after === undefined ? {} : { 'last-event-id': after },
    });
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/event-stream; charset=utf-8']);
    void read(response, heard).catch(() => {});
    await expect.poll(() => heard.at(-1)?.event, { timeout: 50_000 }).toBe('synced');
    return heard;
  }
  async function read(response: Response, heard: Heard[]): Promise<void> {
    let rest = '';
    for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      const parts = (rest + chunk).split('\n\n');
      rest = parts.pop() ?? '';
      for (const part of parts) {
        const line = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(part)?.[1] ?? '';
        if (line('event') !== '') heard.push({ id: line('id'), event: line('event'), ...JSON.parse(line('data')) });
      }
    }
  }
  const told = (heard: readonly Heard[]) =>
    heard.filter(({ event }) => event !== 'synced').map(({ event, ref }) => `${event} ${ref ?? ''}`);
  const quiet = async (heard: Heard[], count: number): Promise<void> => {
    await expect.poll(() => told(heard).length, { timeout: 5_000 }).toBe(count);
    await sleep(150);
    expect(told(heard)).toHaveLength(count);
  };

  it('tells what there is, then what comes, changes and goes, and nothing else', async () => {
    await put(component('a'), component('b', 'team-b'));
    const heard = await watch('filter=kind=component,spec.owner=team-a&fields=metadata.name,spec.owner');
    expect(heard).toEqual([
      {
        id: expect.any(String),
        event: 'added',
        ref: 'component:default/a',
        entity: { metadata: { name: 'a' }, spec: { owner: 'team-a' } },
      },
      { id: expect.any(String), event: 'synced', entities: 1 },
    ]);
    await put(component('c'));
    await quiet(heard, 2);
    // Joins by a change, leaves by another; one that never matched is not told, nor is a write that changes nothing.
    await put(component('b'));
    await quiet(heard, 3);
    await put(component('a', 'team-b'), component('z', 'team-z'));
    await quiet(heard, 4);
    await put(component('b'));
    await remove('component:default/c');
    await quiet(heard, 5);
    expect(told(heard)).toEqual([
      'added component:default/a',
      'added component:default/c',
      'added component:default/b',
      'removed component:default/a',
      'removed component:default/c',
    ]);
  });

  it('resumes with what happened meanwhile, and only that', async () => {
    await put(component('r1', 'team-r'), component('r2', 'team-r'), component('r3', 'team-r'));
    // A position lies behind what was told while anybody in the database cluster still writes what was begun before, and then that is
    // told again: mostly there is nothing of the kind soon, but a neighbour may take its time.
    let position: string | undefined;
    let again: string[] = [];
    for (let attempt = 0; attempt === 0 || (again.length > 0 && attempt < 40); attempt++) {
      position = (await watch('filter=spec.owner=team-r')).at(-1)?.id;
      again = told(await watch('filter=spec.owner=team-r', position));
    }
    streams.splice(0).forEach((stream) => stream.abort());
    await put({ ...component('r1', 'team-r'), metadata: { name: 'r1', title: 'New' } });
    await remove('component:default/r2');
    await put(component('r4', 'team-r'));
    const after = await watch('filter=spec.owner=team-r', position);
    const happened = ['removed component:default/r2', 'updated component:default/r1', 'updated component:default/r4'];
    expect(told(after)).toEqual(expect.arrayContaining(happened));
    expect([...happened, ...again]).toEqual(expect.arrayContaining(told(after)));
    expect(after.at(-1)).toMatchObject({ event: 'synced', entities: 3 });
  });

  it('follows a change of many entities at once', async () => {
    const heard = await watch('filter=spec.owner=team-many');
    const many = Array.from({ length: 1_500 }, (_, i) => component(`many-${i}`, 'team-many'));
    await put(...many);
    await expect.poll(() => new Set(heard.flatMap(({ ref }) => ref ?? [])).size, { timeout: 50_000 }).toBe(1_500);
    await remove(...many.slice(0, 1_200).map((entity) => `component:default/${entity.metadata.name}`));
    await expect.poll(() => heard.filter(({ event }) => event === 'removed').length, { timeout: 50_000 }).toBe(1_200);
    await expect.poll(() => heard.at(-1), { timeout: 50_000 }).toMatchObject({ event: 'synced', entities: 300 });
  });

  it('takes predicates, and refuses what it does not understand before the stream begins', async () => {
    await put(component('p1', 'team-p'), component('p2', 'team-p'));
    const query = encodeURIComponent(JSON.stringify({ 'spec.owner': 'team-p', $not: { 'metadata.name': 'p2' } }));
    expect(told(await watch(`query=${query}`))).toEqual(['added component:default/p1']);
    const refused = async (rest: string) => {
      const { status, json } = await platform.request('GET', `/api/catalog/watch?${rest}`);
      return [status, json.detail];
    };
    expect(await refused('query=nonsense')).toEqual([400, 'The query is no JSON object.']);
    expect((await refused('query=%7B%22%24what%22%3A1%7D'))[0]).toBe(400);
    expect(await refused('after=soon')).toEqual([400, '"soon" is not an event id.']);
  });
});
