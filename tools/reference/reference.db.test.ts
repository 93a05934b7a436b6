import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { testDatabase } from '@paved/testing';
import { withReferencePlatform } from './platform.ts';
import { referencePages } from './pages.ts';

test('docs/reference says what the server is; `npm run generate` renews it', async () => {
  await using database = await testDatabase();
  const pages = await withReferencePlatform(referencePages, database.url);
  for (const [file, text] of pages)
    expect(readFileSync(`docs/reference/${file}`, 'utf8') === text, `docs/reference/${file} is fresh`).toBe(true);
});

test('every route but the hidden ones is in the OpenAPI document', async () => {
  await using database = await testDatabase();
  await withReferencePlatform(async (platform) => {
    await platform.app.ready();
    const documented = new Set(Object.keys((platform.app.swagger() as { paths: object }).paths));
    const missing = platform.routes
      .map((route) => route.url.replace(/:(\w+)(\([^)]*\))?/g, '{$1}'))
      .filter((url) => url.startsWith('/api/') && !documented.has(url) && !['/api/openapi.json', '/api/reference'].includes(url));
    expect([...new Set(missing)]).toEqual([]);
  }, database.url);
});
