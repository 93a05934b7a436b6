import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { loadConfig } from '@paved/host';
import { expect, test } from 'vitest';
import { integrationsOf } from './integrations.ts';

const guides = path.resolve(import.meta.dirname, '../../../docs/guides');

test.each(['forges.md', 'organisation.md'])('the settings that %s shows are taken', (guide) => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'paved-guide-'));
  writeFileSync(path.join(folder, 'github-app.pem'), 'KEY');
  const blocks = [...readFileSync(path.join(guides, guide), 'utf8').matchAll(/```yaml\n([\s\S]*?)```/g)].map((match) => match[1] ?? '');
  expect(blocks.length).toBeGreaterThan(1);
  for (const block of blocks) {
    const file = path.join(folder, 'paved.yaml');
    writeFileSync(file, block);
    const environment = Object.fromEntries(
      [...block.matchAll(/\$\{([A-Z_]+)\}/g)].map((match) => [
        match[1] ?? '',
        match[1]?.endsWith('_EMAIL') === true ? 'who@acme.example' : 'clear-secret',
      ]),
    );
    const { config, sources } = loadConfig({ file, environment });
    expect(JSON.stringify(sources)).not.toContain('clear-secret');
    expect(() => integrationsOf(config.integrations)).not.toThrow();
  }
});

test('addresses of APIs follow from the host', () => {
  const { config } = loadConfig({ flags: { 'data.directory': { flag: '--data', value: '.paved' } } });
  const of = (integrations: object) =>
    integrationsOf({ ...config.integrations, ...integrations } as typeof config.integrations).map((one) => one.apiUrl);
  expect(of({ github: [{ host: 'github.com' }, { host: 'github.acme.example' }] })).toEqual([
    'https://api.github.com',
    'https://github.acme.example/api/v3',
  ]);
  expect(of({ gitlab: [{ host: 'gitlab.com' }], gitea: [{ host: 'git.acme.example' }] })).toEqual([
    'https://gitlab.com/api/v4',
    'https://git.acme.example/api/v1',
  ]);
  expect(() => of({ github: [{ host: 'git.acme.example' }], gitea: [{ host: 'GIT.acme.example' }] })).toThrow(/stands twice/);
});
