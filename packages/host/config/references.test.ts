import { mkdtempSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { loadConfig } from './load.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'paved-config-'));
const write = (text: string): string => {
  const file = path.join(folder, 'paved.yaml');
  writeFileSync(file, text);
  return file;
};

test('tokens come from the environment or a file and are masked wherever the configuration is shown', () => {
  writeFileSync(path.join(folder, 'key.pem'), 'KEY TEXT\n');
  const file = write(
    `integrations:
  github:
    - token: \${GITHUB_TOKEN}
      webhookSecret: [first, $env: SECOND]
      apps: [{ appId: 7, privateKey: { $file: key.pem } }]
catalog:
  providers:
    ldapOrg:
      default: { target: ldaps://ds.example.net, bind: { dn: cn=x, secret: "\${PASS:-unset}" }, users: { dn: ou=people } }
`.replace('$env: SECOND', '{ $env: SECOND }'),
  );
  const { config, sources } = loadConfig({ file, environment: { GITHUB_TOKEN: 'ghp_1', SECOND: 'second' } });
  expect(config.integrations.github[0]).toMatchObject({
    host: 'github.com',
    token: 'ghp_1',
    webhookSecret: ['first', 'second'],
    apps: [{ appId: 7, privateKey: 'KEY TEXT' }],
  });
  expect(config.catalog.providers.ldap['default']).toMatchObject({ bind: { secret: 'unset' }, users: [{ dn: 'ou=people' }] });
  const shown = JSON.stringify(sources);
  for (const clear of ['ghp_1', 'first', 'second', 'KEY TEXT', 'unset']) expect(shown).not.toContain(`"${clear}"`);
  expect(shown).toContain('ldaps://ds.example.net');
});

test('a variable that is not set is named with its line', () => {
  const file = write('integrations:\n  gitlab:\n    - token: ${NOT_THERE}\n');
  expect(() => loadConfig({ file, environment: {} })).toThrow(
    /paved\.yaml:3 integrations\.gitlab\.0\.token needs the environment variable NOT_THERE/,
  );
});

test('a single provider without an id and a list of providers are taken as Backstage takes them', () => {
  const file = write(`catalog:
  providers:
    github: { organization: acme }
    githubOrg: [{ id: production, orgs: [acme] }]
`);
  const { config } = loadConfig({ file, environment: {} });
  expect(config.catalog.providers.github['default']).toMatchObject({ organization: 'acme', catalogPath: '/catalog-info.yaml' });
  expect(config.catalog.providers.githubOrg['production']?.orgs).toEqual(['acme']);
});

test('a key that is no setting is refused', () => {
  const file = write('integrations:\n  github:\n    - tokn: x\n');
  expect(() => loadConfig({ file, environment: {} })).toThrow(/tokn/);
});
