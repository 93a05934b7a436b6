import type { Entity } from '@paved/kernel';

/** A person as a forge knows them. */
export interface ForgeUser {
  readonly login: string;
  readonly name?: string;
  readonly email?: string;
  readonly picture?: string;
  readonly url?: string;
}

export interface ForgeTeam {
  /** Unique in the organisation; becomes the group's name. */
  readonly slug: string;
  readonly name: string;
  readonly description?: string;
  /** Slug of the team above. */
  readonly parent?: string;
  /** Logins of direct members. */
  readonly members: readonly string[];
  readonly picture?: string;
  readonly url?: string;
  /** As the forge writes it: `acme/platform`. */
  readonly path: string;
}

/** How entities of an organisation are named and marked. */
export interface OrganisationNaming {
  /** Namespace of its groups; people are always in `default`. */
  readonly namespace: string;
  /** Annotation that holds a person's login, `github.com/user-login`. */
  readonly userAnnotation: string;
  readonly teamAnnotation: string;
}

const API = 'backstage.io/v1alpha1';

/** A name that the catalog takes: other characters become a dash. */
export function entityName(text: string): string {
  const name = text
    .normalize('NFKD')
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[._-]+|[._-]+$/g, '')
    .replace(/([._-])[._-]+/g, '$1')
    .slice(0, 63)
    .replace(/[._-]+$/, '');
  return name === '' ? 'unnamed' : name;
}

/** How a group is written in `memberOf` and `parent`. */
export const groupName = (slug: string, naming: OrganisationNaming): string =>
  naming.namespace === 'default' ? entityName(slug) : `${naming.namespace}/${entityName(slug)}`;

export const groupRef = (slug: string, naming: OrganisationNaming): string => `group:${naming.namespace}/${entityName(slug)}`.toLowerCase();

export const userRef = (login: string): string => `user:default/${entityName(login)}`.toLowerCase();

/** A person, with the groups they belong to directly. */
export function userEntity(person: ForgeUser, memberOf: readonly string[], naming: OrganisationNaming): Entity {
  return {
    apiVersion: API,
    kind: 'User',
    metadata: {
      name: entityName(person.login),
      annotations: { [naming.userAnnotation]: person.login, ...(person.url === undefined ? {} : { 'backstage.io/view-url': person.url }) },
    },
    spec: {
      profile: {
        ...(person.name === undefined ? {} : { displayName: person.name }),
        ...(person.email === undefined ? {} : { email: person.email }),
        ...(person.picture === undefined ? {} : { picture: person.picture }),
      },
      memberOf: [...new Set(memberOf)].sort(),
    },
  };
}

export function groupEntity(team: ForgeTeam, naming: OrganisationNaming): Entity {
  return {
    apiVersion: API,
    kind: 'Group',
    metadata: {
      name: entityName(team.slug),
      namespace: naming.namespace,
      ...(team.description === undefined ? {} : { description: team.description }),
      annotations: { [naming.teamAnnotation]: team.path, ...(team.url === undefined ? {} : { 'backstage.io/view-url': team.url }) },
    },
    spec: {
      type: 'team',
      profile: { displayName: team.name, ...(team.picture === undefined ? {} : { picture: team.picture }) },
      ...(team.parent === undefined ? {} : { parent: groupName(team.parent, naming) }),
      children: [],
      members: [
        ...new Set(team.members.map((login) => (naming.namespace === 'default' ? entityName(login) : `default/${entityName(login)}`))),
      ].sort(),
    },
  };
}

/** Everybody and every team; people carry the teams of all organisations they are in. */
export function organisationEntities(
  parts: readonly { readonly users: readonly ForgeUser[]; readonly teams: readonly ForgeTeam[]; readonly naming: OrganisationNaming }[],
): Entity[] {
  const groupsOf = new Map<string, string[]>();
  const people = new Map<string, { person: ForgeUser; naming: OrganisationNaming }>();
  for (const { users, teams, naming } of parts) {
    for (const person of users) if (!people.has(userRef(person.login))) people.set(userRef(person.login), { person, naming });
    for (const team of teams)
      for (const login of team.members) {
        const ref = userRef(login);
        groupsOf.set(ref, [...(groupsOf.get(ref) ?? []), groupName(team.slug, naming)]);
      }
  }
  return [
    ...[...people].map(([ref, { person, naming }]) => userEntity(person, groupsOf.get(ref) ?? [], naming)),
    // A team may name people whom the organisation does not show; a member that is no entity would only dangle.
    ...parts.flatMap(({ teams, naming }) =>
      teams.map((team) => groupEntity({ ...team, members: team.members.filter((login) => people.has(userRef(login))) }, naming)),
    ),
  ];
}

/** A person as the catalog has them, in or out of a group. */
export function withMembership(user: Entity, group: string, member: boolean): Entity {
  const before = Array.isArray(user.spec?.['memberOf']) ? (user.spec['memberOf'] as string[]) : [];
  const memberOf = member ? [...new Set([...before, group])].sort() : before.filter((name) => name !== group);
  const { uid: _uid, etag: _etag, ...metadata } = user.metadata;
  return { apiVersion: user.apiVersion, kind: user.kind, metadata, spec: { ...user.spec, memberOf } };
}
