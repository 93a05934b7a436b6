import { expect, test } from 'vitest';
import { testPlatform } from '@paved/testing';
import { loadConfig } from '../config/load.ts';

test('says every setting and where it came from, and no secret', async () => {
  const { sources } = loadConfig({
    environment: { PAVED_SERVER_PORT: '7421', DATABASE_URL: 'postgres://paved:hunter2@db.example/paved' },
    flags: { 'data.directory': { flag: '--data', value: '/srv/paved' } },
  });
  await using paved = await testPlatform({ capabilities: [], settings: sources });
  const { status, json, text } = await paved.request('GET', '/api/configuration');
  expect(status).toBe(200);
  const of = (key: string) => (json as { items: { key: string }[] }).items.find((item) => item.key === key);
  expect(of('server.port')).toMatchObject({ value: 7421, from: 'PAVED_SERVER_PORT' });
  expect(of('data.directory')).toMatchObject({ value: '/srv/paved', from: '--data' });
  expect(of('server.host')).toMatchObject({ from: 'default' });
  expect(of('database.url')).toMatchObject({ value: '••••', from: 'DATABASE_URL' });
  expect(text).not.toContain('hunter2');
});
