import { existsSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { testActor } from '@paved/testing';
import { isPavedError, type Problem } from '@paved/kernel';
import { catalog } from '../index.ts';
import { catalogPlatform } from './platform.test-kit.ts';

const root = new URL('../../../../shared/fixtures/corpora/', import.meta.url).pathname;

/** Every cause that the corpora bring up; docs/reference/catalog-corpora.md says how often, and what to do. */
const causes: readonly (readonly [cause: string, message: RegExp])[] = [
  ['a file that is not there', /^The file .* does not exist\.$|holds no catalog documents|is not there/],
  ['an address that cannot be read', /is not among the hosts that may be read/],
  ['a text elsewhere ($text, $json, $yaml)', /^\$(text|json|yaml) points to/],
  ['a name claimed twice', /stands in .* and in .*; the latter came first and is used\.$/],
  ['the skeleton of a template', /this is the skeleton of a template|directive indicator|directives/],
  ['a root field that is unknown', /^The root field /],
  ['a field that is missing', / is missing\.$/],
  ['a value of the wrong form', / must |does not fit/],
  ['a kind that is not known', /^The kind ".*" is not known\.|is not known/],
  ['text that is no YAML', /YAML|indent|mapping|quoted/i],
];
const causeOf = (message: string): string | undefined =>
  causes.find(([, pattern]) => pattern.test(message.replace(/^\S+:\S+\/\S+: /, '')))?.[0];

describe.skipIf(!existsSync(root))('catalogs written by strangers', () => {
  it('ingests each file or says what is wrong with it', async () => {
    // Nothing is asked of the internet: what stands there is an address that cannot be read.
    await using platform = await catalogPlatform({ config: { catalog: { reading: { unlisted: false } } as never } });
    const service = platform.service(catalog);
    const found: { where: string; message: string }[] = [];
    let refused = 0;
    const add = async (type: 'file' | 'directory', target: string): Promise<void> => {
      try {
        await service.addLocation({ type, target }, testActor);
      } catch (error) {
        refused++;
        if (!isPavedError(error, 'invalid')) throw new Error(`${target}: ${String(error)}`, { cause: error });
        const problems: readonly Problem[] = error.problems.length > 0 ? error.problems : [{ at: target, message: error.message }];
        found.push(...problems.map(({ at, message }) => ({ where: at, message })));
      }
    };
    const files = readdirSync(`${root}catalog`, { recursive: true, encoding: 'utf8' }).filter((name) => /\.ya?ml$/.test(name));
    for (const name of files) await add('file', `${root}catalog/${name}`);
    const organisations = readdirSync(`${root}orgs`).filter((name) => !name.endsWith('.tsv'));
    for (const name of organisations) await add('directory', `${root}orgs/${name}`);
    const { items, totalItems } = (await platform.request('GET', '/api/catalog/problems?limit=1000')).json;
    expect(totalItems).toBe(items.length);
    for (const { source, line, message } of items) {
      expect(line).toBeGreaterThan(0);
      found.push({ where: `${source}:${line}`, message });
    }
    const counts = Map.groupBy(found, ({ message }) => causeOf(message) ?? 'unexplained');
    if (process.env['SHOW'] === '1') {
      const entities = (await service.query({ limit: 0 })).totalItems;
      console.log(`${files.length} files, ${organisations.length} organisations, ${refused} refused whole, ${entities} entities`);
      for (const [cause, list] of [...counts].toSorted((a, b) => b[1].length - a[1].length))
        console.log(`${list.length} | ${cause} | ${list[0]?.message} | ${list[0]?.where.replace(root, '')}`);
      for (const { where, message } of counts.get('unexplained') ?? []) console.log('UNEXPLAINED', message, where.replace(root, ''));
    }
    expect(counts.get('unexplained') ?? []).toEqual([]);
    expect((await service.query({ limit: 0 })).totalItems).toBeGreaterThan(400);
  });
});
