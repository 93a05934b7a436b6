import { existsSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { testActor } from '@paved/testing';
import { isPavedError } from '@paved/kernel';
import { catalog } from '../index.ts';
import { catalogPlatform } from './platform.test-kit.ts';

const root = new URL('../../../../shared/fixtures/corpora/', import.meta.url).pathname;

describe.skipIf(!existsSync(root))('catalogs written by strangers', () => {
  it('ingests each file or says what is wrong with it', async () => {
    await using platform = await catalogPlatform();
    const causes = new Map<string, string[]>();
    const names = readdirSync(`${root}catalog`, { recursive: true, encoding: 'utf8' }).filter((name) => /\.ya?ml$/.test(name));
    for (const name of names) {
      try {
        await platform.service(catalog).addLocation({ type: 'file', target: `${root}catalog/${name}` }, testActor);
      } catch (error) {
        expect(isPavedError(error, 'invalid'), `${name}: ${String(error)}`).toBe(true);
      }
    }
    for (const name of readdirSync(`${root}orgs`)) {
      if (!name.endsWith('.tsv'))
        await platform
          .service(catalog)
          .addLocation({ type: 'directory', target: `${root}orgs/${name}` }, testActor)
          .catch((error: unknown) => expect(isPavedError(error, 'invalid'), String(error)).toBe(true));
    }
    const { items, totalItems } = (await platform.request('GET', '/api/catalog/problems?limit=1000')).json;
    for (const problem of items) {
      expect(problem.message.length).toBeGreaterThan(10);
      expect(problem.line).toBeGreaterThan(0);
      const cause = problem.message
        .replace(/^\S+:\S+\/\S+: /, '')
        .replace(/"[^"]*"/g, '"…"')
        .replace(/line \d+, column \d+/, 'line …')
        .replace(/\/[\w./*-]+/g, '…');
      causes.set(cause, [...(causes.get(cause) ?? []), `${problem.source}:${problem.line}`]);
    }
    if (process.env['SHOW'] === '1')
      console.log(
        [...causes]
          .sort((a, b) => b[1].length - a[1].length)
          .map(([cause, where]) => `${where.length} ${cause} ${where[0]}`)
          .join('\n'),
      );
    const entities = (await platform.service(catalog).query({ limit: 0 })).totalItems;
    expect(entities).toBeGreaterThan(400);
    expect(totalItems).toBe(items.length);
  });
});
