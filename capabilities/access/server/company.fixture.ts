import { catalog, type Catalog } from '@paved/catalog';
import { refOf, type Entity } from '@paved/kernel';
import { testPlatform, type TestPlatform, type TestPlatformOptions, type TestResponse } from '@paved/testing';
import { access } from '../index.ts';
import { accessCapability } from './index.ts';

/** A catalog of users and groups in memory, as far as access looks into one. */
export interface Company {
  readonly catalog: Catalog;
  readonly entities: Map<string, Entity>;
  /** Groups of a user, ancestors included. */
  readonly groups: Map<string, string[]>;
}

const user = (name: string, displayName: string): Entity => ({
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'User',
  metadata: { name, namespace: 'default' },
  spec: { profile: { displayName, email: `${name}@acme.example` }, memberOf: [] },
});

export function company(): Company {
  const entities = new Map<string, Entity>();
  for (const [name, displayName] of [
    ['mira', 'Mira Vogel'],
    ['sam', 'Sam Okafor'],
    ['lin', 'Lin Zhao'],
  ] as const) {
    entities.set(`user:default/${name}`, user(name, displayName));
  }
  const groups = new Map([
    ['user:default/mira', ['group:default/payments', 'group:default/commerce']],
    ['user:default/sam', ['group:default/platform']],
    ['user:default/lin', ['group:default/security']],
  ]);
  const service: Partial<Catalog> = {
    get: async (ref) => entities.get(ref.toLowerCase()),
    ofKind: async (kind) => [...entities.values()].filter((entity) => entity.kind === kind),
    groupsOf: async (ref) => groups.get(ref) ?? [],
    put: async (added) => {
      for (const entity of added) entities.set(refOf(entity), entity);
    },
  };
  return { catalog: service as Catalog, entities, groups };
}

export const PASSWORD = 'four quiet herons';
/** What a browser sends with a request from a page of our own. */
export const samePage = { 'sec-fetch-site': 'same-origin' };

/** A platform with access, Acme's people and the given capabilities (audit). */
export function accessPlatform(
  others: TestPlatformOptions['capabilities'],
  options: Omit<TestPlatformOptions, 'capabilities'> & { company?: Company } = {},
): Promise<TestPlatform> {
  const { company: given, ...rest } = options;
  return testPlatform({ capabilities: [...others, accessCapability], provide: [[catalog, (given ?? company()).catalog]], ...rest });
}

/** The Cookie header that answers a response's Set-Cookie. */
export function cookieOf(response: TestResponse): string {
  const lines = [response.headers['set-cookie'] ?? []].flat().map(String);
  return lines.map((line) => line.split(';')[0]).join('; ');
}

/** Uses the first administrator's link; gives headers of a signed-in browser. */
export async function administrator(platform: TestPlatform): Promise<Record<string, string>> {
  const url = await platform.service(access).administratorLink();
  const answer = await platform.request('POST', `/api/access/links/${codeOf(url ?? '')}`, {
    body: { username: 'ada', name: 'Ada', password: PASSWORD },
  });
  if (answer.status !== 200) throw new Error(answer.text);
  return { cookie: cookieOf(answer), ...samePage };
}

/** Invites a person of the catalog and lets them in. */
export async function join(platform: TestPlatform, admin: Record<string, string>, name: string): Promise<Record<string, string>> {
  const link = await platform.request('POST', `/api/access/users/${encodeURIComponent(`user:default/${name}`)}/links`, {
    headers: admin,
    body: { purpose: 'invite' },
  });
  const answer = await platform.request('POST', `/api/access/links/${codeOf(link.json.url)}`, { body: { password: PASSWORD } });
  if (answer.status !== 200) throw new Error(answer.text);
  return { cookie: cookieOf(answer), ...samePage };
}

export const codeOf = (url: string): string => new URL(url).searchParams.get('link') ?? '';
