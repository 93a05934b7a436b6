import { configSchema } from '@paved/host';
import { expect, test } from 'vitest';
import { readDirectory } from './index.ts';
import { acmeLdif, slapdMissing, startSlapd, type Slapd } from './slapd.test-kit.ts';
import type { LdapSettings } from './settings.ts';

const settings = (slapd: Slapd, more: Record<string, unknown> = {}): LdapSettings => {
  const one = {
    target: `ldap://127.0.0.1:${slapd.port}`,
    bind: { dn: 'cn=reader,dc=acme,dc=example', secret: 'reading' },
    users: { dn: 'ou=people,dc=acme,dc=example', options: { filter: '(uid=*)' }, set: { 'metadata.labels': { from: 'ldap' } } },
    groups: [
      { dn: 'ou=groups,dc=acme,dc=example', options: { filter: '(objectClass=groupOfNames)' } },
      { dn: 'ou=groups,dc=acme,dc=example', options: { filter: '(objectClass=posixGroup)' }, map: { members: 'memberUid' } },
    ],
    ...more,
  };
  return configSchema.parse({ catalog: { providers: { ldap: { one } } } }).catalog.providers.ldap['one']!;
};
const context = { signal: new AbortController().signal, log: () => {} };
const read = async (slapd: Slapd, more?: Record<string, unknown>) => {
  const found = await readDirectory(settings(slapd, more), context);
  return new Map(found.map((one) => [`${one.entity.kind}:${one.entity.metadata.name}`, one]));
};

test.skipIf(slapdMissing !== undefined)(
  `people and nested groups of a real directory${slapdMissing === undefined ? '' : `: ${slapdMissing}`}`,
  async () => {
    await using slapd = await startSlapd(acmeLdif());
    const found = await read(slapd);
    expect([...found.keys()].toSorted()).toEqual(
      [
        'User:ana',
        'User:ben',
        'User:eve',
        'Group:engineering',
        'Group:platform',
        'Group:runtime',
        'Group:Product',
        'Group:oncall',
      ].toSorted(),
    );
    const ana = found.get('User:ana');
    expect(ana?.entity.spec).toEqual({
      profile: { displayName: 'Ana Ångström', email: 'ana@acme.example' },
      memberOf: ['oncall', 'platform'],
    });
    expect(ana?.entity.metadata).toMatchObject({
      labels: { from: 'ldap' },
      annotations: { 'backstage.io/ldap-dn': 'uid=ana,ou=people,dc=acme,dc=example', 'backstage.io/ldap-rdn': 'ana' },
    });
    expect(ana?.entity.metadata.annotations?.['backstage.io/ldap-uuid']).toMatch(/^[0-9a-f-]{36}$/);
    expect(ana?.location).toBe(`ldap://127.0.0.1:${slapd.port}/uid=ana,ou=people,dc=acme,dc=example`);
    expect(found.get('User:ben')?.entity.spec).toMatchObject({ memberOf: ['platform'] });
    expect(found.get('Group:engineering')?.entity.spec).toMatchObject({ children: ['Product', 'platform'] });
    expect(found.get('Group:runtime')?.entity.spec).toMatchObject({ parent: 'platform', children: [] });
    // Platform and runtime hold each other: the circle is cut.
    expect(found.get('Group:platform')?.entity.spec).toMatchObject({ parent: 'engineering', children: ['runtime'] });
  },
);

test.skipIf(slapdMissing !== undefined)('more entries than the directory hands out at once come page by page', async () => {
  await using slapd = await startSlapd(acmeLdif(120), { sizeLimit: 50 });
  const users = { dn: 'ou=people,dc=acme,dc=example', options: { filter: '(uid=*)', paged: { pageSize: 20 } } };
  expect([...(await read(slapd, { users })).keys()].filter((name) => name.startsWith('User:'))).toHaveLength(123);
  await expect(read(slapd, { users: { ...users, options: { paged: false } } })).rejects.toThrow(/did not search ou=people/);
});

test.skipIf(slapdMissing !== undefined)('StartTLS is used when asked for, and certificates are checked', async () => {
  await using slapd = await startSlapd(acmeLdif());
  expect((await read(slapd, { tls: { startTls: true, ca: slapd.certificate } })).size).toBe(8);
  await expect(read(slapd, { tls: { startTls: true } })).rejects.toThrow(/did not switch to TLS/);
  expect((await read(slapd, { tls: { startTls: true, rejectUnauthorized: false } })).size).toBe(8);
});

test.skipIf(slapdMissing !== undefined)('wrong credentials and names are said in one sentence', async () => {
  await using slapd = await startSlapd(acmeLdif());
  await expect(read(slapd, { bind: { dn: 'cn=reader,dc=acme,dc=example', secret: 'no' } })).rejects.toMatchObject({
    message: expect.stringMatching(/did not sign in as cn=reader/),
    fix: 'Check bind.dn and bind.secret.',
  });
  await expect(read(slapd, { users: { dn: 'ou=nowhere,dc=acme,dc=example' } })).rejects.toThrow(/did not search ou=nowhere/);
});
