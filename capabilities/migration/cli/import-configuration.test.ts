import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parse } from 'yaml';
import { settingsProblems } from '@paved/host';
import { importConfiguration } from './import-configuration.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'paved-app-config-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const file = (name: string, text: string): string => {
  writeFileSync(path.join(folder, name), text);
  return path.join(folder, name);
};
const run = (files: string[], dryRun = false) =>
  importConfiguration(
    { local: { administratorToken: () => Promise.reject(new Error('unused')), settingsProblems: async (one) => settingsProblems(one) } },
    { files, settingsFile: path.join(folder, 'paved.yaml'), dryRun, ownKinds: [] },
  );

const company = () => [
  file(
    'app-config.yaml',
    `
app: { title: Acme, baseUrl: https://portal.acme.example }
organization: { name: Acme }
backend:
  baseUrl: https://portal.acme.example
  listen: ':7007'
  auth: { externalAccess: [{ type: static, options: { token: clear-external, subject: ci } }] }
  database: { client: pg, connection: { user: backstage, password: clear-database } }
  reading: { allow: [{ host: files.acme.example }] }
proxy: { endpoints: { /pagerduty: { target: https://api.pagerduty.com, headers: { Authorization: clear-proxy } } } }
auth: { providers: { okta: { production: { clientSecret: clear-okta } } } }
permission: { enabled: true }
sonarqube: { apiKey: clear-sonar }
integrations: { $include: integrations.yaml }
catalog:
  import: { entityFilename: catalog-info.yaml }
  rules: [{ allow: [Component, Location] }]
  locations:
    - { type: url, target: 'https://github.com/acme/catalog/blob/main/all.yaml' }
    - { type: github-discovery, target: 'https://github.com/acme/*/blob/-/catalog-info.yaml' }
    - { type: microsoft-graph-org, target: 'https://graph.microsoft.com/v1.0' }
    - { target: nothing }
  processors: { githubMultiOrg: {} }
`,
  ),
  file(
    'app-config.production.yaml',
    `
catalog:
  providers:
    github:
      acme: { organization: acme }
      broken: { organization: acme, filters: { repository: '([' } }
    githubOrg: [{ id: one, orgs: [acme] }, { id: two, orgs: [] }]
    gitlab: { host: gitlab.acme.example, group: shop, projectPattern: '([' }
    bitbucketServer: { acme: { host: bitbucket.acme.example } }
    microsoftGraphOrg: { default: { clientSecret: clear-graph } }
    ldapOrg: { default: { target: ldaps://ds.acme.example, bind: { dn: cn=x, secret: clear-ldap }, users: [{ dn: ou=p }], groups: [{ dn: ou=t }] } }
`,
  ),
];
const included = () => {
  file(
    'integrations.yaml',
    `
github:
  - { host: github.com, apps: [{ $include: app.yaml }] }
  - { host: ghe.acme.example, token: '\${GHE_TOKEN}' }
gitlab: [{ host: gitlab.acme.example, token: { $file: gitlab-token.txt } }]
azure: [{ host: dev.azure.com, credentials: [{ personalAccessToken: '\${PAT}' }, { clientId: a, clientSecret: clear-azure, tenantId: b }] }]
gitea: [{ token: no-host }]
bitbucketServer: [{ host: bitbucket.acme.example, token: clear-server }]
awsS3: [{ secretAccessKey: clear-aws }]
`,
  );
  file('app.yaml', 'appId: 1\nclientId: x\nprivateKey: clear-key\nwebhookSecret: clear-hook\n');
  file('gitlab-token.txt', 'clear-file');
};

test('every part of a company’s app-config is told: what came over, what did not, why, and what to do', async () => {
  included();
  const { lines, settings } = await run(company());
  const told = Object.fromEntries(lines.map(({ what, outcome, why }) => [what, why === undefined ? outcome : `${outcome}: ${why}`]));
  expect(new Set(lines.map(({ what }) => what)).size, 'nothing is told twice').toBe(lines.length);
  for (const what of [
    'app',
    'proxy',
    'auth',
    'permission',
    'sonarqube',
    'backend.baseUrl',
    'backend.listen',
    'backend.auth',
    'backend.database',
  ])
    expect(told[what], what).toMatch(/^left out: .+\.$/);
  expect(told).toMatchObject({
    'organization.name': 'imported',
    'github github.com': 'imported',
    'gitlab gitlab.acme.example': 'imported',
    'azure dev.azure.com': 'imported',
    'catalog.providers.githubOrg': 'imported',
    'integrations.azure.0.credentials.1': expect.stringMatching(/^left out: personalAccessToken is missing/),
    gitea: expect.stringMatching(/^left out: host/),
    'integrations.bitbucketServer': expect.stringMatching(/^left out: .*paved catalog import/),
    'integrations.awsS3': expect.stringMatching(/^left out: /),
    'github-discovery:https://github.com/acme/*/blob/-/catalog-info.yaml': expect.stringContaining(
      'catalog.providers.github does the same',
    ),
    'microsoft-graph-org:https://graph.microsoft.com/v1.0': expect.stringContaining('--url'),
    'catalog.providers.microsoftGraphOrg': expect.stringContaining('--url'),
    'catalog.providers.bitbucketServer': expect.stringContaining('over Git'),
    'catalog.providers.github.broken': expect.stringMatching(/^left out: filters\.repository/),
    'catalog.providers.githubOrg.1': expect.stringMatching(/^left out: orgs/),
    'catalog.providers.gitlab': expect.stringMatching(/^left out: projectPattern/),
    'catalog.processors.githubMultiOrg': expect.stringMatching(/^left out: /),
    'catalog.import': expect.stringMatching(/^left out: /),
  });
  expect(settingsProblems(settings)).toEqual([]);
  expect(settings).toMatchObject({ catalog: { providers: { github: { acme: { organization: 'acme' } }, githubOrg: [{ id: 'one' }] } } });
  expect(Object.keys((settings['catalog'] as { providers: object }).providers)).not.toContain('gitlab');
});

test('no secret is shown; one that stands in clear is named, and the new file is nobody else’s to read', async () => {
  included();
  const dry = await run(company(), true);
  expect(JSON.stringify([dry.shown, dry.lines])).not.toMatch(/clear-/);
  expect(dry.shown).toContain('privateKey: ••••');
  expect(dry.shown).toContain('${GHE_TOKEN}');
  expect(dry.lines.filter(({ why }) => why?.startsWith('It stands in clear')).map(({ what }) => what)).toEqual([
    'catalog.providers.ldapOrg.default.bind.secret',
    'integrations.github.0.apps.0.privateKey',
    'integrations.github.0.apps.0.webhookSecret',
  ]);
  await run(company());
  const text = readFileSync(path.join(folder, 'paved.yaml'), 'utf8');
  expect(parse(text).integrations.github[0].apps[0].privateKey).toBe('clear-key');
  expect(text).not.toMatch(/clear-(file|server|aws|graph|okta|azure|database)/);
  expect(statSync(path.join(folder, 'paved.yaml')).mode & 0o077).toBe(0);
  const again = await run(company());
  expect(again.changed).toBe(false);
});
