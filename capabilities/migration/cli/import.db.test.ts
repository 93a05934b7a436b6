import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { auditCapability } from '@paved/audit/server';
import { catalog, sourceReaders } from '@paved/catalog';
import { catalogCapability } from '@paved/catalog/server';
import { loadConfig, settingsProblems } from '@paved/host';
import type { Entity } from '@paved/kernel';
import { runsCapability } from '@paved/runs/server';
import { testCli, testPlatform, type TestPlatform } from '@paved/testing';
import type { ImportLine } from '../model/import-line.ts';
import { register } from './index.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'paved-import-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const file = (name: string, text?: string): string => {
  const full = path.join(folder, name);
  if (text !== undefined) writeFileSync(full, text);
  return full;
};

/** Runs `paved import backstage …` and gives its report, also `told` of one that fails. */
async function paved(server: string, ...words: string[]): Promise<readonly ImportLine[]> {
  told = [];
  const run = testCli({
    server,
    register: (program, cli) =>
      register(program, { ...cli, show: (report) => void told.push(...(report as { lines: ImportLine[] }).lines) }),
    format: 'json',
    settingsProblems: async (settings) => settingsProblems(settings),
  });
  await run('import', 'backstage', ...words);
  return told;
}
let told: ImportLine[] = [];
const nowhere = 'http://127.0.0.1:1';
const said = (lines: readonly ImportLine[], outcome: ImportLine['outcome']) =>
  lines.filter((line) => line.outcome === outcome).map((line) => line.what);

const appConfig = `
organization: { name: Acme }
auth: { providers: { github: {} } }
backend:
  reading: { allow: [{ host: example.com }, { host: '*.acme.example', paths: [/specs/] }] }
integrations:
  github:
    - host: github.com
      token: \${GITHUB_TOKEN}
    - host: ghe.acme.example
      apiBaseUrl: https://ghe.acme.example/api/v3
      token: { $env: GHE_TOKEN }
      someday: true
  gitlab:
    - token: no host needed
      apiBaseUrl: not a url
  awsS3: [{ bucket: x }]
catalog:
  rules: [{ allow: [Component, API, System, Group, User] }]
  orphanStrategy: keep
  processingInterval: { minutes: 30 }
  locations:
    - { type: url, target: 'https://github.com/acme/catalog/blob/main/all.yaml' }
    - { type: file, target: ./here.yaml, rules: [{ allow: [Template] }] }
    - { type: file, target: ./nowhere.yaml }
    - { type: s3-discovery, target: 'https://bucket' }
  providers:
    githubOrg: { id: production, githubUrl: 'https://github.com', orgs: [acme], schedule: { frequency: PT1H, timeout: PT15M } }
    puppetdb: { x: { baseUrl: 'https://puppet' } }
`;

describe('settings of a Backstage', () => {
  it('become settings of Paved, each part with what became of it', async () => {
    file('here.yaml', 'kind: Template\n');
    const settings = file(
      'paved.yaml',
      '# ours\nserver:\n  port: 8080 # behind the proxy\ncatalog:\n  locations:\n    - { type: directory, target: ./platform }\n',
    );
    const lines = await paved(nowhere, '--app-config', file('app-config.yaml', appConfig), '--config', settings);
    const text = readFileSync(settings, 'utf8');
    expect(text).toContain('# ours');
    expect(text).toContain('port: 8080 # behind the proxy');
    expect(parse(text)).toEqual({
      server: { port: 8080 },
      organization: { name: 'Acme' },
      integrations: {
        github: [
          { host: 'github.com', token: '${GITHUB_TOKEN}' },
          { host: 'ghe.acme.example', apiBaseUrl: 'https://ghe.acme.example/api/v3', token: { $env: 'GHE_TOKEN' } },
        ],
      },
      catalog: {
        locations: [
          { type: 'directory', target: './platform' },
          { type: 'url', target: 'https://github.com/acme/catalog/blob/main/all.yaml' },
          { type: 'file', target: path.join(folder, 'here.yaml'), rules: [{ allow: ['Template'] }] },
        ],
        rules: [{ allow: ['Component', 'API', 'System', 'Group', 'User'] }],
        providers: {
          githubOrg: {
            id: 'production',
            githubUrl: 'https://github.com',
            orgs: ['acme'],
            schedule: { frequency: 'PT1H', timeout: 'PT15M' },
          },
        },
        orphans: 'keep',
        pollInterval: '30m',
        reading: { allow: [{ host: 'example.com' }, { host: '*.acme.example', paths: ['/specs/'] }] },
      },
    });
    expect(said(lines, 'left out').toSorted()).toEqual(
      [
        'auth',
        'catalog.providers.puppetdb',
        'file:./nowhere.yaml',
        'integrations.awsS3',
        'integrations.github.1.someday',
        'gitlab gitlab.com',
        'kinds of Paved',
        's3-discovery:https://bucket',
      ].toSorted(),
    );
    for (const line of lines) if (line.outcome === 'left out' || line.outcome === 'adjusted') expect(line.why, line.what).toMatch(/\w.*\./);
    // What is written is what the server takes.
    expect(loadConfig({ file: settings, environment: { GITHUB_TOKEN: 'a', GHE_TOKEN: 'b' } }).config.integrations.github).toHaveLength(2);
  });

  it('are not written twice, nor by a dry run', async () => {
    const settings = file('paved.yaml', '');
    const from = ['--app-config', file('app-config.yaml', appConfig), '--config', settings];
    await paved(nowhere, ...from, '--dry-run');
    expect(readFileSync(settings, 'utf8')).toBe('');
    await paved(nowhere, ...from);
    const once = readFileSync(settings, 'utf8');
    const again = await paved(nowhere, ...from);
    expect(readFileSync(settings, 'utf8')).toBe(once);
    expect(said(again, 'imported')).toEqual([]);
  });

  it('are layered and included as Backstage does it', async () => {
    file('more.yaml', 'parts:\n  rules: [{ allow: [Domain] }]\n');
    const settings = file('paved.yaml', '');
    const base = file(
      'app-config.yaml',
      'organization: { name: One }\ncatalog:\n  rules: { $include: more.yaml#parts.rules }\n  locations: [{ type: url, target: https://a.example/x.yaml }]\n',
    );
    const production = file(
      'app-config.production.yaml',
      'organization: { name: Two }\ncatalog: { locations: [{ type: url, target: https://b.example/x.yaml }] }\n',
    );
    await paved(nowhere, '--app-config', base, production, '--config', settings);
    expect(parse(readFileSync(settings, 'utf8'))).toEqual({
      organization: { name: 'Two' },
      catalog: { rules: [{ allow: ['Domain'] }], locations: [{ type: 'url', target: 'https://b.example/x.yaml' }] },
    });
  });

  const example = new URL('../../../../shared/fixtures/backstage/from-1.35-snapshot/app-config.yaml', import.meta.url).pathname;
  it.skipIf(!existsSync(example))('of Backstage’s own example are accepted by the server', async () => {
    const settings = file('paved.yaml', '');
    const lines = await paved(nowhere, '--app-config', example, '--config', settings);
    expect(said(lines, 'imported')).toContain('organization.name');
    const environment = Object.fromEntries([...readFileSync(settings, 'utf8').matchAll(/\$\{(\w+)/g)].map(([, name]) => [name ?? '', 'x']));
    expect(() => loadConfig({ file: settings, environment })).not.toThrow();
  });

  it('that cannot be read are named', async () => {
    await expect(paved(nowhere, '--app-config', file('none.yaml'))).rejects.toThrow(/none\.yaml cannot be read/);
    await expect(paved(nowhere)).rejects.toThrow('There is nothing to import from.');
  });
});

describe('a running Backstage', () => {
  const entity = (kind: string, name: string, spec: Entity['spec'], origin?: string, more: Partial<Entity> = {}): Entity => ({
    apiVersion: 'backstage.io/v1alpha1',
    kind,
    metadata: {
      name,
      namespace: 'default',
      uid: `uid-${name}`,
      etag: 'x',
      annotations:
        origin === undefined ? {} : { 'backstage.io/managed-by-location': origin, 'backstage.io/managed-by-origin-location': origin },
    },
    ...(spec === undefined ? {} : { spec }),
    relations: [],
    ...more,
  });
  const ownedBy = (ref: string) => ({ relations: [{ type: 'ownedBy', targetRef: ref }] });
  const readable = 'https://git.example/acme/all.yaml';
  const origin = `url:${readable}`;
  const component = { type: 'service', lifecycle: 'production', owner: 'team-a' };
  const theirs: Entity[] = [
    entity('Component', 'same', component, origin, ownedBy('group:default/team-a')),
    entity('Component', 'differs', { ...component, lifecycle: 'experimental' }, origin, ownedBy('group:default/team-a')),
    entity('Component', 'gone', component, origin, ownedBy('group:default/nobody')),
    entity('Component', 'broken', component, origin),
    entity('Component', 'elsewhere', component, 'url:https://other.example/x.yaml'),
    entity('Group', 'team-a', { type: 'team', children: [] }, 'ldap://ds.example/ou=teams'),
    entity('User', 'mira', { memberOf: ['team-a'] }, 'ldap://ds.example/ou=people'),
    entity('Resource', 'odd one', { type: 'x', owner: 'team-a' }, 'custom-processor:x'),
    entity('System', 'made-by-code', { owner: 'team-a' }),
    entity('Location', `generated-${'a'.repeat(40)}`, { type: 'url', target: readable }),
  ];
  let backstage: Server;
  let url: string;
  let platform: TestPlatform;
  /** The next answers, instead of the true ones. */
  let moods: ((path: string) => { status: number; body: string; headers?: Record<string, string> } | undefined)[];

  beforeEach(async () => {
    moods = [];
    backstage = createServer((request, response) => {
      const at = new URL(request.url ?? '/', 'http://x');
      const mood = moods[0]?.(at.pathname + at.search);
      if (mood !== undefined) {
        moods.shift();
        return void response.writeHead(mood.status, mood.headers).end(mood.body);
      }
      const answer = (value: unknown): void => void response.setHeader('content-type', 'application/json').end(JSON.stringify(value));
      if (request.headers.authorization !== 'Bearer right') return void response.writeHead(401).end('{}');
      if (at.pathname === '/api/catalog/locations')
        return answer([
          { data: { id: '1', type: 'url', target: readable } },
          { data: { id: '2', type: 'url', target: 'https://git.example/unreadable.yaml' } },
        ]);
      const start = Number(at.searchParams.get('cursor') ?? 0);
      const items = theirs.slice(start, start + 4);
      answer({ items, totalItems: theirs.length, pageInfo: start + 4 < theirs.length ? { nextCursor: String(start + 4) } : {} });
    });
    await new Promise<void>((resolve) => backstage.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(backstage.address() as AddressInfo).port}`;
    platform = await testPlatform({ capabilities: [auditCapability, runsCapability, catalogCapability], listen: true });
    const text = (name: string, spec: string) =>
      `apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: { name: ${name} }\nspec: ${spec}\n`;
    platform.service(sourceReaders).add({
      serves: (target) => target.startsWith('https://git.example/'),
      read: async (target) => ({
        revision: '1',
        files:
          target === readable
            ? [
                {
                  path: 'all.yaml',
                  url: target,
                  text: [
                    text('same', JSON.stringify(component)),
                    text('differs', JSON.stringify(component)),
                    text('broken', '{ type: service }'),
                  ].join('---\n'),
                },
              ]
            : [],
      }),
    });
  });
  afterEach(async () => {
    backstage.close();
    backstage.closeAllConnections();
    await platform[Symbol.asyncDispose]();
  });

  it('is compared; what has no source is kept in the store, what a source should have brought is not', async () => {
    const run = (...more: string[]) => paved(platform.baseUrl(), '--url', url, '--token', 'right', ...more);
    const dry = await run('--dry-run');
    expect(dry.filter(({ area }) => area === 'locations').map(({ what, outcome }) => [what, outcome])).toEqual([
      [origin, 'imported'],
      ['url:https://git.example/unreadable.yaml', 'imported'],
    ]);
    expect(dry.find(({ what }) => what === 'component:default/same')?.why).toMatch(/^Its source url:.* brings it/);
    expect(await platform.service(catalog).get('component:default/same')).toBeUndefined();
    expect(await platform.service(catalog).get('group:default/team-a')).toBeUndefined();

    const lines = await run();
    const why = Object.fromEntries(lines.map((line) => [line.what, `${line.outcome}: ${line.why ?? ''}`]));
    expect(why[origin]).toBe('imported: ');
    expect(why['url:https://git.example/unreadable.yaml']).toMatch(/^left out: /);
    expect(why['component:default/differs']).toBe('adjusted: It differs at spec.lifecycle.');
    expect(why['component:default/same']).toBeUndefined();
    expect(why['component:default/gone']).toMatch(/^left out: Its source url:https:\/\/git\.example\/acme\/all\.yaml does not hold it/);
    expect(why['component:default/broken']).toMatch(/^left out: .*is missing.*all\.yaml:\d+/);
    expect(why['component:default/elsewhere']).toMatch(/^left out: It comes from url:https:\/\/other\.example/);
    expect(why['group:default/team-a']).toMatch(/^imported: No source brings it/);
    expect(why['user:default/mira']).toMatch(/^imported: /);
    expect(why['system:default/made-by-code']).toMatch(/^imported: /);
    expect(why['resource:default/odd one']).toMatch(/^left out: .*name/);
    expect(why['group:default/nobody']).toBe('left out: 1 entity names it as owner, but it exists in Backstage neither.');
    const mira = await platform.service(catalog).get('user:default/mira');
    expect(mira).toMatchObject({ spec: { memberOf: ['team-a'] }, relations: [{ type: 'memberOf', targetRef: 'group:default/team-a' }] });
    expect(mira?.metadata.annotations?.['backstage.io/managed-by-origin-location'] ?? '').not.toContain('ldap');

    // Again: nothing new, nothing lost, nobody is in another one's way.
    const entries = async () => (await platform.service(catalog).query({ limit: 0 })).totalItems;
    const before = await entries();
    const again = await run();
    expect(said(again, 'imported')).toEqual([]);
    expect(await entries()).toBe(before);
  });

  it('that stumbles is asked again; one that is none is said so; half an import is told', async () => {
    const run = (...more: string[]) => paved(platform.baseUrl(), '--url', url, '--token', 'right', ...more);
    const mood =
      (status: number, body: string, headers: Record<string, string> = {}) =>
      () => ({ status, body, headers });
    moods = [mood(503, 'busy'), mood(429, '', { 'retry-after': '0' })];
    expect(said(await run('--dry-run'), 'left out')).toContain('component:default/elsewhere');
    moods = [mood(200, '<html>Sign in</html>')];
    await expect(run()).rejects.toThrow(/locations answers something that is no JSON/);
    moods = [mood(404, '')];
    await expect(run()).rejects.toThrow(/There is no .*api\/catalog\/locations/);
    moods = [mood(200, '{"hello":"world"}')];
    await expect(run()).rejects.toThrow(/no catalog of a Backstage/);
    moods = [mood(429, '', { 'retry-after': '3600' })];
    await expect(run()).rejects.toThrow(/too many requests/);
    await expect(paved(platform.baseUrl(), '--url', 'backstage')).rejects.toThrow('"backstage" is no address.');

    // The second page stays away: what the first one brought is told, and stays.
    moods = [(path) => (path.includes('cursor=4') ? { status: 401, body: '' } : undefined)];
    await expect(run()).rejects.toThrow(/refuses to tell its catalog/);
    expect(told.map(({ what }) => what)).toContain('component:default/differs');
    moods = [];
    expect(said(await run(), 'imported')).toContain('group:default/team-a');
  });

  it('that refuses or does not answer is said so', async () => {
    await expect(paved(platform.baseUrl(), '--url', url, '--token', 'wrong')).rejects.toThrow(/refuses to tell its catalog \(401\)/);
    await expect(paved(platform.baseUrl(), '--url', nowhere)).rejects.toThrow(/does not answer/);
  });

  it('has rules that do not keep Paved’s own kinds out of the files here', async () => {
    const settings = file('paved.yaml', '');
    await paved(platform.baseUrl(), '--app-config', file('app-config.yaml', appConfig), '--config', settings);
    const { rules } = parse(readFileSync(settings, 'utf8')).catalog;
    expect(rules[0]).toEqual({ allow: ['Component', 'API', 'System', 'Group', 'User'] });
    expect(rules[1].locations).toEqual([{ type: 'file' }, { type: 'directory' }]);
    expect(rules[1].allow).toContain('Template');
  });
});
