import type { ProvidedEntity } from '@paved/catalog';
import type { Entity, Json, JsonObject } from '@paved/kernel';
import { looksLikeDn, sameDn, type Attributes, type Vendor } from './attributes.ts';
import type { GroupSettings, UserSettings } from './settings.ts';

/** A person or group of the directory, before who belongs to whom is settled. */
interface Draft {
  readonly dn: string;
  readonly rdn: string | undefined;
  readonly name: string;
  readonly entity: Entity;
  /** Groups it says it is in, and members it says it has: distinguished names or plain account names. */
  readonly memberOf: readonly string[];
  readonly members: readonly string[];
}

const API = 'backstage.io/v1alpha1';

/** Entities of a directory: every group one, every person one, both ways of writing membership taken. */
export function directoryEntities(
  found: {
    readonly users: readonly { readonly settings: UserSettings; readonly entries: readonly Attributes[] }[];
    readonly groups: readonly { readonly settings: GroupSettings; readonly entries: readonly Attributes[] }[];
  },
  vendor: Vendor,
  target: string,
  log: (text: string) => void,
): ProvidedEntity[] {
  const drafts = <S extends UserSettings | GroupSettings>(
    parts: readonly { readonly settings: S; readonly entries: readonly Attributes[] }[],
    make: (entry: Attributes, settings: S) => Draft | undefined,
  ): Draft[] =>
    parts.flatMap(({ settings, entries }) =>
      entries.flatMap((entry) => {
        const draft = make(entry, settings);
        if (draft === undefined) log(`${entry.dn} has no ${settings.map.name}, so it is left out`);
        return draft === undefined ? [] : [draft];
      }),
    );
  const users = drafts(found.users, (entry, settings) => userDraft(entry, settings, vendor));
  const groups = drafts(found.groups, (entry, settings) => groupDraft(entry, settings, vendor));
  settle(users, groups, vendor);
  return [...users, ...groups].map(({ dn, entity }) => ({ entity, location: `${target.replace(/\/$/, '')}/${encodeURI(dn)}` }));
}

const userDraft = (entry: Attributes, settings: UserSettings, vendor: Vendor): Draft | undefined =>
  draftOf(entry, settings, vendor, { kind: 'User', spec: { profile: profileOf(entry, settings), memberOf: [] }, members: [] });

const groupDraft = (entry: Attributes, settings: GroupSettings, vendor: Vendor): Draft | undefined =>
  draftOf(entry, settings, vendor, {
    kind: 'Group',
    spec: { type: entry.first(settings.map.type) ?? 'unknown', profile: profileOf(entry, settings), children: [] },
    members: entry.all(settings.map.members),
  });

const profileOf = (entry: Attributes, { map }: UserSettings | GroupSettings): Record<string, string> => ({
  ...optional('displayName', entry.first(map.displayName)),
  ...optional('email', entry.first(map.email)),
  ...optional('picture', entry.first(map.picture)),
});

/** What people and groups have in common; undefined when it has no name. */
function draftOf(
  entry: Attributes,
  { map, set }: UserSettings | GroupSettings,
  vendor: Vendor,
  { kind, spec, members }: { kind: 'User' | 'Group'; spec: JsonObject; members: readonly string[] },
): Draft | undefined {
  const name = entry.first(map.name);
  if (name === undefined) return undefined;
  const entity: Entity = {
    apiVersion: API,
    kind,
    metadata: {
      name: entityName(name),
      ...optional('description', entry.first(map.description)),
      annotations: annotations(entry, map.rdn, vendor),
    },
    spec,
  };
  return { dn: entry.dn, rdn: entry.first(map.rdn), name, entity: withSet(entity, set), memberOf: entry.all(map.memberOf), members };
}

/** Fills in who belongs to whom. A group inside two groups has the first (by name) as its parent: the catalog's groups have one. */
function settle(users: readonly Draft[], groups: readonly Draft[], vendor: Vendor): void {
  const byDn = (drafts: readonly Draft[]): Map<string, Draft> => new Map(drafts.map((draft) => [sameDn(draft.dn, vendor), draft]));
  const usersByDn = byDn(users);
  const groupsByDn = byDn(groups);
  const usersByName = new Map(
    users.flatMap((user) => [user.name, user.rdn].flatMap((name) => (name === undefined ? [] : [[name.toLowerCase(), user] as const]))),
  );
  const groupsOf = new Map<Draft, Set<Draft>>();
  const put = (member: Draft | undefined, group: Draft | undefined): void => {
    if (member === undefined || group === undefined || member === group) return;
    groupsOf.set(member, (groupsOf.get(member) ?? new Set()).add(group));
  };
  for (const group of groups) {
    for (const member of group.members) {
      if (!looksLikeDn(member)) put(usersByName.get(member.toLowerCase()), group);
      else put(usersByDn.get(sameDn(member, vendor)) ?? groupsByDn.get(sameDn(member, vendor)), group);
    }
  }
  for (const one of [...users, ...groups]) for (const dn of one.memberOf) put(one, groupsByDn.get(sameDn(dn, vendor)));

  const names = (drafts: Iterable<Draft>): string[] => [...drafts].map((draft) => draft.entity.metadata.name).toSorted();
  for (const user of users) specOf(user)['memberOf'] = names(groupsOf.get(user) ?? []);
  for (const group of groups) {
    const [parent] = names([...(groupsOf.get(group) ?? [])].filter((above) => !isBelow(above, group)));
    if (parent === undefined) continue;
    specOf(group)['parent'] = parent;
  }
  for (const group of groups)
    specOf(group)['children'] = names(groups.filter((other) => specOf(other)['parent'] === group.entity.metadata.name));

  /** Groups that hold each other would be each other's parents: such a circle is cut. */
  function isBelow(group: Draft, top: Draft): boolean {
    const seen = new Set<string>();
    for (let at = specOf(group)['parent']; typeof at === 'string' && !seen.has(at);) {
      if (at === top.entity.metadata.name) return true;
      seen.add(at);
      const name = at;
      const above = groups.find((candidate) => candidate.entity.metadata.name === name);
      at = above === undefined ? undefined : specOf(above)['parent'];
    }
    return false;
  }
}

const specOf = (draft: Draft): Record<string, Json> => draft.entity.spec as Record<string, Json>;

const optional = (key: string, value: string | undefined): Record<string, string> => (value === undefined ? {} : { [key]: value });

const annotations = (entry: Attributes, rdn: string, vendor: Vendor): Record<string, string> => ({
  'backstage.io/ldap-dn': entry.first(vendor.dn) ?? entry.dn,
  ...optional('backstage.io/ldap-rdn', entry.first(rdn)),
  ...optional('backstage.io/ldap-uuid', entry.first(vendor.uuid)),
});

/** Fixed values by dotted path, over what was read. */
function withSet(entity: Entity, set: UserSettings['set']): Entity {
  const copy = structuredClone(entity) as unknown as Record<string, unknown>;
  for (const [path, value] of Object.entries(set ?? {})) {
    const parts = path.split('.');
    if (parts.some((part) => ['__proto__', 'constructor', 'prototype'].includes(part))) continue;
    const last = parts.pop() ?? path;
    let at = copy;
    for (const part of parts) {
      if (at[part] === null || typeof at[part] !== 'object') at[part] = {};
      at = at[part] as Record<string, unknown>;
    }
    at[last] = value;
  }
  return copy as unknown as Entity;
}

/** A name that the catalog takes: other characters become a dash. */
function entityName(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/([._-])[._-]+/g, '$1')
    .slice(0, 63)
    .replace(/^[._-]+|[._-]+$/g, '');
}
