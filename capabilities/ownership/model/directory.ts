import { refOf, type Entity } from '@paved/kernel';

/** People and teams of the catalog, found by the names that forges and commits know them by. */
export interface Directory {
  readonly byEmail: ReadonlyMap<string, string>;
  /** Login or person's name, lower case → user ref. */
  readonly byLogin: ReadonlyMap<string, string>;
  /** `org/team` and the bare name, lower case → group ref. */
  readonly byTeam: ReadonlyMap<string, string>;
  readonly titleOf: ReadonlyMap<string, string>;
  /** Groups that a user is a direct member of. */
  readonly groupsOf: ReadonlyMap<string, readonly string[]>;
  /** Existing users directly in a group. */
  readonly peopleOf: ReadonlyMap<string, readonly string[]>;
  readonly childrenOf: ReadonlyMap<string, readonly string[]>;
  readonly parentOf: ReadonlyMap<string, string>;
}

const loginAnnotations = [
  'github.com/user-login',
  'gitlab.com/user-login',
  'gitea.com/user-login',
  'bitbucket.org/user-login',
  'microsoft.com/email',
];
const teamAnnotations = ['github.com/team-slug', 'gitlab.com/group-path', 'gitea.com/team-slug'];

/** Made of all User and Group entities, with their relations. */
export function directoryOf(users: readonly Entity[], groups: readonly Entity[]): Directory {
  const byEmail = new Map<string, string>();
  const byLogin = new Map<string, string>();
  const byTeam = new Map<string, string>();
  const titleOf = new Map<string, string>();
  const groupsOf = new Map<string, string[]>();
  const peopleOf = new Map<string, string[]>();
  const childrenOf = new Map<string, string[]>();
  const parentOf = new Map<string, string>();
  const known = new Set(groups.map((group) => refOf(group)));
  const setNew = (map: Map<string, string>, key: unknown, ref: string): void => {
    if (typeof key === 'string' && key !== '' && !map.has(key.toLowerCase())) map.set(key.toLowerCase(), ref);
  };
  const push = (map: Map<string, string[]>, key: string, value: string): void => void map.set(key, [...(map.get(key) ?? []), value]);
  const profile = (entity: Entity, field: string): unknown => (entity.spec?.['profile'] as Record<string, unknown> | undefined)?.[field];
  const title = (entity: Entity): string => {
    const shown = profile(entity, 'displayName') ?? entity.metadata.title;
    return typeof shown === 'string' && shown !== '' ? shown : entity.metadata.name;
  };
  const related = (entity: Entity, type: string): string[] =>
    (entity.relations ?? []).filter((relation) => relation.type === type).map((relation) => relation.targetRef.toLowerCase());

  for (const user of users) {
    const ref = refOf(user);
    titleOf.set(ref, title(user));
    setNew(byEmail, profile(user, 'email'), ref);
    for (const annotation of loginAnnotations) setNew(byLogin, user.metadata.annotations?.[annotation], ref);
    for (const group of related(user, 'memberOf')) {
      if (!known.has(group)) continue;
      push(groupsOf, ref, group);
      push(peopleOf, group, ref);
    }
  }
  for (const user of users) {
    setNew(byLogin, user.metadata.name, refOf(user));
    setNew(byLogin, title(user), refOf(user));
  }
  for (const group of groups) {
    const ref = refOf(group);
    titleOf.set(ref, title(group));
    for (const annotation of teamAnnotations) setNew(byTeam, group.metadata.annotations?.[annotation], ref);
    for (const child of related(group, 'parentOf')) {
      if (!known.has(child) || parentOf.has(child)) continue;
      push(childrenOf, ref, child);
      parentOf.set(child, ref);
    }
  }
  for (const group of groups) setNew(byTeam, group.metadata.name, refOf(group));
  return { byEmail, byLogin, byTeam, titleOf, groupsOf, peopleOf, childrenOf, parentOf };
}

/** Everybody in a group or in a group below it; circles are walked once. */
export function everybodyIn(directory: Directory, groupRef: string): Set<string> {
  const people = new Set<string>();
  const seen = new Set<string>();
  const walk = (group: string): void => {
    if (seen.has(group)) return;
    seen.add(group);
    for (const person of directory.peopleOf.get(group) ?? []) people.add(person);
    for (const child of directory.childrenOf.get(group) ?? []) walk(child);
  };
  walk(groupRef);
  return people;
}

/** Whether an owner is there and somebody stands behind it. */
export type Living = { readonly living: true } | { readonly living: false; readonly reason: 'unknown owner' | 'nobody in it' };

export function livingOwner(directory: Directory, ownerRef: string): Living {
  if (!directory.titleOf.has(ownerRef)) return { living: false, reason: 'unknown owner' };
  if (ownerRef.startsWith('user:') || everybodyIn(directory, ownerRef).size > 0) return { living: true };
  return { living: false, reason: 'nobody in it' };
}

/** The owner that a word of a CODEOWNERS file means: `@org/team`, `@login`, or an e-mail address. */
export function ownerFor(directory: Directory, word: string): string | undefined {
  const text = word.toLowerCase();
  if (!text.startsWith('@')) return directory.byEmail.get(text);
  const name = text.slice(1);
  return (
    directory.byTeam.get(name) ??
    (name.includes('/') ? directory.byTeam.get(name.slice(name.lastIndexOf('/') + 1)) : directory.byLogin.get(name))
  );
}
