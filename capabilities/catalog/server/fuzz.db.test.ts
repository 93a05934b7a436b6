import { expect, it } from 'vitest';
import { testActor } from '@paved/testing';
import { catalog } from '../index.ts';
import { mutant } from './fuzz.test-kit.ts';
import { catalogPlatform, component, folderWith, write } from './platform.test-kit.ts';

const count = Number(process.env['PAVED_FUZZ'] ?? 150);

it('ingests random documents beside good ones: the good are all there, and the server answers', { timeout: 600_000 }, async () => {
  await using platform = await catalogPlatform();
  const files: Record<string, string> = {};
  for (let seed = 1; seed <= count; seed++)
    files[`f${seed}.yaml`] = `${component(`before-${seed}`)}---\n${mutant(seed).text}\n---\n${component(`after-${seed}`)}`;
  const folder = folderWith(files);
  const service = platform.service(catalog);
  const target = { type: 'file' as const, target: `${folder}/*.yaml` };
  await service.addLocation(target, testActor);
  const there = async (): Promise<number> =>
    (
      await service.query({
        filter: [{ 'metadata.name': Array.from({ length: count }, (_, i) => [`before-${i + 1}`, `after-${i + 1}`]).flat() }],
        limit: 0,
      })
    ).totalItems;
  expect(await there()).toBe(2 * count);
  const { items, totalItems } = (await platform.request('GET', '/api/catalog/problems?limit=1000')).json as {
    items: { message: string; fix?: string; line: number }[];
    totalItems: number;
  };
  expect(totalItems).toBeGreaterThan(count / 10);
  for (const { message, fix, line } of items) {
    expect(message).toMatch(/[.!?]$/);
    expect(fix).toBeTruthy();
    expect(line).toBeGreaterThan(0);
  }
  // Everything that was taken can be read and searched.
  for (const entity of (await service.query({ limit: 10_000 })).items) expect(entity.metadata.name).toBeTruthy();
  expect((await platform.request('GET', '/api/catalog/entity-facets?facet=kind&facet=metadata.tags&facet=spec.type')).status).toBe(200);

  // Other random documents in their place: what is good stays.
  write(
    folder,
    Object.fromEntries(Object.entries(files).map(([name, text], i) => [name, text.replace(mutant(i + 1).text, mutant(i + 10_001).text)])),
  );
  await service.refresh(target);
  expect(await there()).toBe(2 * count);
});

it('refuses hostile JSON over HTTP with a sentence', async () => {
  await using platform = await catalogPlatform();
  const deep = (n: number): string => `${'{"a":'.repeat(n)}1${'}'.repeat(n)}`;
  const entity = (spec: string): string =>
    `{"apiVersion":"backstage.io/v1alpha1","kind":"Component","metadata":{"name":"a"},"spec":{"type":"a","lifecycle":"b","owner":"c","x":${spec}}}`;
  for (const n of [90, 500, 20_000]) {
    for (const [url, body] of [
      ['/api/catalog/validate-entity', `{"location":"url:x","entity":${entity(deep(n))}}`],
      ['/api/catalog/apply', `{"dryRun":true,"documents":[${entity(deep(n))}]}`],
      ['/api/catalog/apply', JSON.stringify({ documents: entity(deep(n)), dryRun: true })],
    ] as const) {
      const answer = await platform.request('POST', url, { body, headers: { 'content-type': 'application/json' } });
      expect([200, 400, 413], `${url} ${n}: ${answer.text.slice(0, 200)}`).toContain(answer.status);
    }
  }
  expect((await platform.request('GET', '/api/catalog/kinds')).status).toBe(200);
});
