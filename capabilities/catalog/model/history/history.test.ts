import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '@paved/kernel';
import { commitUrl } from './commit-url.ts';
import { differences, type Difference } from './diff.ts';
import { sourceDocument, yamlOf } from './document.ts';

describe('differences', () => {
  it('names each field with both values', () => {
    expect(
      differences(
        {
          kind: 'API',
          metadata: { name: 'a', tags: ['x'], annotations: { 'a/b': '1', 'c~d': '2' } },
          spec: { owner: 'red', list: [{ a: 1 }] },
        },
        {
          kind: 'API',
          metadata: { name: 'a', tags: ['x', 'y'], annotations: { 'a/b': '3' } },
          spec: { owner: 'red', list: [{ a: 1 }, { a: 2 }] },
        },
      ),
    ).toEqual([
      { path: '/metadata/tags', before: ['x'], after: ['x', 'y'] },
      { path: '/metadata/annotations/a~1b', before: '1', after: '3' },
      { path: '/metadata/annotations/c~0d', before: '2' },
      { path: '/spec/list/1', after: { a: 2 } },
    ]);
  });

  it('is empty for the same, whatever the order of keys, and leads from one document to the other', () => {
    const value = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Json>;
    const document = fc.dictionary(fc.string({ maxLength: 4 }), value, { maxKeys: 6 });
    fc.assert(
      fc.property(document, document, (before, after) => {
        const reversed = Object.fromEntries(Object.entries(before).toReversed());
        expect(differences(before, reversed)).toEqual([]);
        expect(applied(before, differences(before, after))).toEqual(clean(after));
      }),
    );
  });
});

const clean = (value: Json): Json => JSON.parse(JSON.stringify(value)) as Json;

function applied(document: Json, diff: readonly Difference[]): Json {
  let root = clean(document);
  for (const { path, after } of diff) {
    const keys = path
      .split('/')
      .slice(1)
      .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
    const last = keys.pop();
    if (last === undefined) {
      root = after ?? null;
      continue;
    }
    let at = root as Record<string, Json>;
    for (const key of keys) at = at[key] as Record<string, Json>;
    if (after !== undefined) Object.defineProperty(at, last, { value: clean(after), enumerable: true, configurable: true, writable: true });
    else if (!Array.isArray(at)) delete at[last];
    else at.length = Math.min(at.length, Number(last));
  }
  return root;
}

describe('documents', () => {
  it('stand in a source again without what the catalog wrote into them', () => {
    const url = 'https://git.example/shop/api/blob/main/catalog-info.yaml';
    const entity = {
      apiVersion: 'backstage.io/v1alpha1',
      kind: 'Component',
      metadata: {
        uid: 'u',
        etag: 'e',
        namespace: 'default',
        tags: ['java'],
        name: 'api',
        'x-own': true,
        annotations: {
          'backstage.io/managed-by-location': `url:${url}`,
          'backstage.io/managed-by-origin-location': `url:${url}`,
          'backstage.io/view-url': url,
          'backstage.io/edit-url': 'https://git.example/shop/api/edit/main/catalog-info.yaml',
          'backstage.io/source-location': 'url:https://git.example/shop/api/blob/main/',
          'example.com/tier': '1',
        },
      },
      relations: [],
      spec: { owner: 'red' },
    };
    expect(yamlOf(entity as never)).toBe(
      'apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: api\n  annotations:\n    example.com/tier: "1"\n  tags:\n    - java\n  x-own: true\nspec:\n  owner: red\n',
    );
    const own = {
      ...entity,
      metadata: {
        ...entity.metadata,
        annotations: { ...entity.metadata.annotations, 'backstage.io/source-location': 'url:https://elsewhere/' },
      },
    };
    expect(sourceDocument(own as never).metadata.annotations).toEqual({
      'backstage.io/source-location': 'url:https://elsewhere/',
      'example.com/tier': '1',
    });
  });
});

it('knows the page of a commit at each forge', () => {
  const sha = 'a'.repeat(40);
  expect(
    [
      'url:paved://repositories/shop/api/catalog-info.yaml',
      'url:https://github.com/acme/api/blob/main/catalog-info.yaml',
      'url:https://gitlab.com/acme/deep/er/api/-/blob/main/catalog-info.yaml',
      'url:https://git.example/acme/api/src/branch/main/catalog-info.yaml',
      'url:https://bitbucket.org/acme/api/src/main/catalog-info.yaml',
      'file:/srv/catalog-info.yaml',
    ].map((source) => commitUrl(source, sha)),
  ).toEqual([
    `/repositories/shop/api/commit/${sha}`,
    `https://github.com/acme/api/commit/${sha}`,
    `https://gitlab.com/acme/deep/er/api/-/commit/${sha}`,
    `https://git.example/acme/api/commit/${sha}`,
    `https://bitbucket.org/acme/api/commits/${sha}`,
    undefined,
  ]);
  expect(commitUrl('url:https://github.com/acme/api/blob/main/a.yaml', 'not a commit')).toBeUndefined();
});
