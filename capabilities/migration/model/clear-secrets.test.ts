import { expect, test } from 'vitest';
import { clearSecrets, shownSetting } from './clear-secrets.ts';

test('secrets in clear are found, references to them are none', () => {
  expect(
    clearSecrets({
      integrations: {
        github: [
          { host: 'github.com', token: 'ghp_clear', apps: [{ appId: 1, clientId: 'x', privateKey: '-----BEGIN' }] },
          { host: 'ghe.example', token: '${GHE}', webhookSecret: ['${A}', 'clear'] },
          { host: 'env.example', token: { $env: 'T' }, password: { $file: '/run/secret' } },
        ],
      },
      database: { url: 'postgres://app:pw@db/x' },
      catalog: { providers: { ldap: { default: { bind: { dn: 'cn=x', secret: 'pw' }, tokenUrl: 'https://x' } } } },
    }),
  ).toEqual([
    'integrations.github.0.token',
    'integrations.github.0.apps.0.privateKey',
    'integrations.github.1.webhookSecret.1',
    'database.url',
    'catalog.providers.ldap.default.bind.secret',
  ]);
});

test('a shown setting says that something is there, not what', () => {
  expect(shownSetting('token', 'ghp_clear')).toBe('••••');
  expect(shownSetting('token', '${GITHUB_TOKEN}')).toBe('${GITHUB_TOKEN}');
  expect(shownSetting('url', 'postgres://app:pw@db/x')).toBe('postgres://app:••••@db/x');
  expect(shownSetting('host', 'github.com')).toBe('github.com');
});
