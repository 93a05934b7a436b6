import { PavedError } from '@paved/kernel';
import type { ForgeOrganisation, ForgeTeam, ForgeTools, ForgeUser, Integration } from '@paved/forges';
import type { Credentials } from './credentials.ts';

interface GitHubUser {
  readonly login: string;
  readonly name: string | null;
  readonly email: string | null;
  readonly avatarUrl: string;
  readonly url: string;
  readonly organizationVerifiedDomainEmails?: readonly string[];
}
interface Paged<T> {
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  readonly nodes: readonly T[];
}
interface GitHubTeam {
  readonly slug: string;
  readonly combinedSlug: string;
  readonly name: string;
  readonly description: string | null;
  readonly avatarUrl: string | null;
  readonly url: string;
  readonly parentTeam: { readonly slug: string } | null;
  readonly members: Paged<{ readonly login: string }>;
}

const teamFields = `slug combinedSlug name description avatarUrl url parentTeam { slug }
  members(first: 100, after: $members, membership: IMMEDIATE) { pageInfo { hasNextPage endCursor } nodes { login } }`;
const peopleQuery = `query ($org: String!, $after: String) { organization(login: $org) { membersWithRole(first: 100, after: $after) {
  pageInfo { hasNextPage endCursor } nodes { login name email avatarUrl url organizationVerifiedDomainEmails(login: $org) } } } }`;
const teamsQuery = `query ($org: String!, $after: String, $members: String) { organization(login: $org) { teams(first: 50, after: $after) {
  pageInfo { hasNextPage endCursor } nodes { ${teamFields} } } } }`;
const teamQuery = `query ($org: String!, $team: String!, $members: String) { organization(login: $org) { team(slug: $team) { ${teamFields} } } }`;

/** People and teams of an organisation, a hundred people or fifty teams a request. */
export function createOrganisationReader(integration: Integration, tools: ForgeTools, credentials: Credentials) {
  const address = `${integration.apiUrl.replace(/\/v3$/, '')}/graphql`;

  const ask = async <T>(org: string, query: string, variables: Record<string, unknown>, signal?: AbortSignal): Promise<T> => {
    const answer = await tools.http(address, {
      method: 'POST',
      headers: await credentials.forOwner(org),
      body: { query, variables: { org, ...variables } },
      ...(signal === undefined ? {} : { signal }),
    });
    const { data, errors } = answer.json<{ data?: { organization: T | null }; errors?: { type?: string; message: string }[] }>();
    if (errors?.some((error) => error.type === 'RATE_LIMITED') === true)
      throw new PavedError('rate_limited', `GitHub at ${integration.host} takes no more requests for now.`, {
        facts: { retryAfterMs: 60_000 },
      });
    if (data?.organization === null || data?.organization === undefined)
      throw new PavedError(
        'not_found',
        `GitHub at ${integration.host} shows no organisation ${org}. ${errors?.[0]?.message ?? ''}`.trim(),
        {
          fix: 'Check the name, and that the token has read:org.',
        },
      );
    return data.organization;
  };

  const readTeam = async (org: string, slug: string, members: string | null = null): Promise<GitHubTeam | undefined> =>
    (await ask<{ team: GitHubTeam | null }>(org, teamQuery, { team: slug, members })).team ?? undefined;

  const withAllMembers = async (org: string, team: GitHubTeam): Promise<ForgeTeam> => {
    const members = team.members.nodes.map((node) => node.login);
    for (let page: Paged<{ login: string }> | undefined = team.members; page?.pageInfo.hasNextPage === true;) {
      page = (await readTeam(org, team.slug, page.pageInfo.endCursor))?.members;
      members.push(...(page?.nodes ?? []).map((node) => node.login));
    }
    return {
      slug: team.slug,
      name: team.name,
      path: team.combinedSlug,
      members,
      ...(team.description === null || team.description === '' ? {} : { description: team.description }),
      ...(team.avatarUrl === null ? {} : { picture: team.avatarUrl }),
      ...(team.parentTeam === null ? {} : { parent: team.parentTeam.slug }),
      url: team.url,
    };
  };

  return {
    async organisation(org: string, signal?: AbortSignal): Promise<ForgeOrganisation> {
      const users: ForgeUser[] = [];
      for (let after: string | null | undefined = null; after !== undefined;) {
        const found: { membersWithRole: Paged<GitHubUser> } = await ask(org, peopleQuery, { after }, signal);
        users.push(...found.membersWithRole.nodes.map(toUser));
        after = nextCursor(found.membersWithRole);
      }
      const teams: ForgeTeam[] = [];
      for (let after: string | null | undefined = null; after !== undefined;) {
        const found: { teams: Paged<GitHubTeam> } = await ask(org, teamsQuery, { after, members: null }, signal);
        for (const team of found.teams.nodes) teams.push(await withAllMembers(org, team));
        after = nextCursor(found.teams);
      }
      return { users, teams };
    },
    async team(org: string, slug: string): Promise<ForgeTeam | undefined> {
      const found = await readTeam(org, slug);
      return found === undefined ? undefined : withAllMembers(org, found);
    },
  };
}

const nextCursor = (page: Paged<unknown>): string | undefined =>
  page.pageInfo.hasNextPage ? (page.pageInfo.endCursor ?? undefined) : undefined;

function toUser(user: GitHubUser): ForgeUser {
  const email = user.email !== null && user.email !== '' ? user.email : user.organizationVerifiedDomainEmails?.[0];
  return {
    login: user.login,
    ...(user.name === null || user.name === '' ? {} : { name: user.name }),
    ...(email === undefined ? {} : { email }),
    picture: user.avatarUrl,
    url: user.url,
  };
}
