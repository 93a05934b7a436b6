import type { Catalog, EntityProvider, EntityProviders, ProvidedEntity } from '@paved/catalog';
import type { Entity } from '@paved/kernel';
import {
  groupEntity,
  groupName,
  groupRef,
  organisationEntities,
  userEntity,
  userRef,
  withMembership,
  type OrganisationNaming,
} from '../../model/organisation.ts';
import type { Connected } from '../connections.ts';
import { ownerUrl, type ForgeProvider } from './forge-provider.ts';

export interface OrganisationSettings {
  readonly name: string;
  readonly type: string;
  readonly schedule: string;
  readonly owners: readonly string[];
  /** Groups of each owner get a namespace of their own; else all stand in `default`. */
  readonly namespaced: boolean;
  readonly annotations: { readonly user: string; readonly team: string };
  /** Regular expressions that people's logins and teams' paths must match. */
  readonly users?: string;
  readonly teams?: readonly string[];
}

export interface OrganisationDeps {
  readonly catalog: Catalog;
  readonly providers: Pick<EntityProviders, 'refsOfProvider'>;
}

/** People and teams of organisations, as User and Group entities. */
export function organisationProvider(deps: OrganisationDeps, connected: Connected, settings: OrganisationSettings): ForgeProvider {
  const { forge, connection } = connected;
  const naming = (owner: string): OrganisationNaming => ({
    namespace: settings.namespaced ? owner.toLowerCase().replace(/[^a-z0-9-]+/g, '-') : 'default',
    userAnnotation: settings.annotations.user,
    teamAnnotation: settings.annotations.team,
  });
  const ownerOf = (owner: string): string | undefined => settings.owners.find((mine) => mine.toLowerCase() === owner.toLowerCase());
  const wantsUser = (login: string): boolean => settings.users === undefined || new RegExp(settings.users).test(login);
  const wantsTeam = (path: string): boolean =>
    settings.teams === undefined || settings.teams.some((pattern) => new RegExp(pattern).test(path));
  const provided = (entity: Entity, fallback: string): ProvidedEntity => ({
    entity,
    location: `url:${entity.metadata.annotations?.['backstage.io/view-url'] ?? fallback}`,
  });

  const provider: EntityProvider = {
    name: settings.name,
    type: settings.type,
    target: settings.owners.map((owner) => ownerUrl(forge, owner)).join(', '),
    schedule: settings.schedule,
    pausedUntil: () => connection.pausedUntil(),
    async read({ signal, log }) {
      const parts = [];
      for (const owner of settings.owners) {
        const found = await forge.organisation(owner, signal);
        const users = found.users.filter((user) => wantsUser(user.login));
        const teams = found.teams.filter((team) => wantsTeam(team.path));
        log(`${owner}: ${users.length} people, ${teams.length} teams`);
        parts.push({ users, teams, naming: naming(owner) });
      }
      return {
        type: 'full',
        locations: [],
        entities: organisationEntities(parts).map((entity) => provided(entity, ownerUrl(forge, settings.owners[0] ?? ''))),
      };
    },
  };

  /** The people of this provider that the catalog has, by ref. */
  const mine = async (refs: readonly string[]): Promise<Entity[]> => {
    const own = new Set(await deps.providers.refsOfProvider(settings.name));
    return (await deps.catalog.byRefs(refs.filter((ref) => own.has(ref)))).filter((entity) => entity !== undefined);
  };
  const location = (entity: Entity): string =>
    entity.metadata.annotations?.['backstage.io/managed-by-location'] ?? `url:${ownerUrl(forge, '')}`;

  return {
    provider,
    host: connected.integration.host,
    async teamChanged({ owner: named, slug }) {
      const owner = ownerOf(named);
      if (owner === undefined) return undefined;
      const names = naming(owner);
      const ref = groupRef(slug, names);
      const found = await forge.team(owner, slug);
      const team = found !== undefined && wantsTeam(found.path) ? found : undefined;
      const [before] = await mine([ref]);
      const earlier = Array.isArray(before?.spec?.['members'])
        ? (before.spec['members'] as string[]).map((name) => userRef(name.replace(/^default\//, '')))
        : [];
      const now = (team?.members ?? []).map(userRef);
      const people = await mine([...new Set([...earlier, ...now])]);
      const known = new Set([...people.map((person) => `user:default/${person.metadata.name}`.toLowerCase())]);
      const entities = people.map((person): ProvidedEntity => {
        const member = now.includes(`user:default/${person.metadata.name}`.toLowerCase());
        return { entity: withMembership(person, groupName(slug, names), member), location: location(person) };
      });
      if (team !== undefined)
        entities.push(
          provided(
            groupEntity({ ...team, members: team.members.filter((login) => known.has(userRef(login))) }, names),
            ownerUrl(forge, owner),
          ),
        );
      return { type: 'delta', entities, removed: team === undefined ? [ref] : [] };
    },
    async memberChanged({ owner: named, login, removed }) {
      const owner = ownerOf(named);
      if (owner === undefined || !wantsUser(login)) return undefined;
      if (removed) return { type: 'delta', removed: [userRef(login)] };
      const [before] = await mine([userRef(login)]);
      const person = before === undefined ? await forge.user(login) : undefined;
      return person === undefined
        ? undefined
        : { type: 'delta', entities: [provided(userEntity(person, [], naming(owner)), ownerUrl(forge, owner))] };
    },
  };
}
