import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { testDatabase } from '@paved/testing';
import { root } from '../setup.mjs';
import { withReferencePlatform } from './platform.ts';
import { generatedFiles } from './pages.ts';

test('docs/reference and packages/client/generated say what the server is; `npm run generate` renews them', async () => {
  await using database = await testDatabase();
  const files = await withReferencePlatform(generatedFiles, database.url);
  expect([...files.keys()]).toContain('packages/client/generated/sdk.gen.ts');
  for (const [file, text] of files)
    expect(readFileSync(path.join(root, file), 'utf8') === text, `${file} is fresh; else run npm run generate`).toBe(true);
});

test('every route but the hidden ones is in the OpenAPI document, whole and with a name', async () => {
  await using database = await testDatabase();
  await withReferencePlatform(async (platform) => {
    await platform.app.ready();
    const document = platform.app.swagger() as {
      paths: Record<string, Record<string, { operationId?: string }>>;
      components: { schemas: object };
    };
    const documented = new Set(Object.keys(document.paths));
    const missing = platform.routes
      .map((route) => route.url.replace(/:(\w+)(\([^)]*\))?/g, '{$1}'))
      .filter((url) => url.startsWith('/api/') && !documented.has(url) && !['/api/openapi.json', '/api/reference'].includes(url));
    expect([...new Set(missing)]).toEqual([]);

    const operations = Object.values(document.paths).flatMap((methods) => Object.values(methods));
    const names = operations.map(({ operationId }) => operationId);
    expect(names.filter((name, at) => name === undefined || names.indexOf(name) !== at)).toEqual([]);
    // A reference that leads nowhere leaves a hole in the client.
    const refs = new Set([...JSON.stringify(document.paths).matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map(([, name = '']) => name));
    expect([...refs].filter((name) => !(name in document.components.schemas))).toEqual([]);
  }, database.url);
});
