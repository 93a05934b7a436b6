import type { ForgeOrganisation, ForgeTeam, ForgeUser } from '@paved/forges';
import type { GitLabApi } from './forge.ts';

interface GitLabUser {
  readonly username: string;
  readonly name: string;
  readonly state: string;
  readonly email?: string | null;
  readonly public_email?: string | null;
  readonly avatar_url: string | null;
  readonly web_url: string;
}
interface GitLabGroup {
  readonly id: number;
  readonly name: string;
  readonly full_path: string;
  readonly description: string | null;
  readonly avatar_url: string | null;
  readonly web_url: string;
  readonly parent_id: number | null;
}

/** A group's subgroups become teams, its members (inherited ones too) people. Without a group: everything the token sees. */
export function createOrganisationReader(api: GitLabApi) {
  const group = (path: string): string => `/groups/${encodeURIComponent(path)}`;

  const groupsBelow = (owner: string, signal?: AbortSignal): Promise<GitLabGroup[]> =>
    api.all<GitLabGroup>(
      owner === '' ? '/groups?per_page=100&order_by=id' : `${group(owner)}/descendant_groups?per_page=100&order_by=id`,
      signal,
    );

  const slugOf = (owner: string, path: string): string =>
    (path.toLowerCase().startsWith(`${owner.toLowerCase()}/`) ? path.slice(owner.length + 1) : path).replaceAll('/', '-');

  const toTeam = async (owner: string, one: GitLabGroup, groups: readonly GitLabGroup[], signal?: AbortSignal): Promise<ForgeTeam> => {
    const members = await api.all<GitLabUser>(`${group(one.full_path)}/members?per_page=100`, signal);
    const parent = groups.find((other) => other.id === one.parent_id);
    return {
      slug: slugOf(owner, one.full_path),
      name: one.name,
      path: one.full_path,
      members: members.filter(isPerson).map((member) => member.username),
      url: one.web_url,
      ...(one.description === null || one.description === '' ? {} : { description: one.description }),
      ...(one.avatar_url === null ? {} : { picture: one.avatar_url }),
      ...(parent === undefined ? {} : { parent: slugOf(owner, parent.full_path) }),
    };
  };

  return {
    async organisation(owner: string, signal?: AbortSignal): Promise<ForgeOrganisation> {
      const people = await api.all<GitLabUser>(
        owner === '' ? '/users?active=true&without_project_bots=true&per_page=100&order_by=id' : `${group(owner)}/members/all?per_page=100`,
        signal,
      );
      const groups = await groupsBelow(owner, signal);
      const teams: ForgeTeam[] = [];
      for (const one of groups) teams.push(await toTeam(owner, one, groups, signal));
      const users = new Map(people.filter(isPerson).map((one) => [one.username, toUser(one)]));
      return { users: [...users.values()], teams };
    },
    async team(owner: string, slug: string): Promise<ForgeTeam | undefined> {
      const groups = await groupsBelow(owner);
      const found = groups.find((one) => slugOf(owner, one.full_path) === slug);
      return found === undefined ? undefined : toTeam(owner, found, groups);
    },
    async user(login: string): Promise<ForgeUser | undefined> {
      const [found] = (await api.request(`/users?username=${encodeURIComponent(login)}`)).json<GitLabUser[]>();
      return found === undefined || !isPerson(found) ? undefined : toUser(found);
    },
  };
}

/** Group and project access tokens have accounts of their own. */
const isPerson = (user: GitLabUser): boolean => user.state === 'active' && !/^(group|project)_\d+_bot/.test(user.username);

function toUser(user: GitLabUser): ForgeUser {
  const email = user.email ?? user.public_email ?? '';
  return {
    login: user.username,
    name: user.name,
    url: user.web_url,
    ...(email === '' ? {} : { email }),
    ...(user.avatar_url === null ? {} : { picture: user.avatar_url }),
  };
}
