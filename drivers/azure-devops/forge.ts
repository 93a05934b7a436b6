import type { Forge, ForgeAnswer, ForgeRepository, ForgeTeam, ForgeTools, ForgeUser, Integration, WrittenCommit } from '@paved/forges';
import { PavedError } from '@paved/kernel';
import { formatAddress, parseAddress } from './addresses.ts';

interface AzureRepository {
  readonly name: string;
  readonly project: { readonly name: string; readonly visibility?: string };
  readonly defaultBranch?: string;
  readonly webUrl: string;
  readonly remoteUrl: string;
  readonly isDisabled?: boolean;
  readonly isFork?: boolean;
}
interface AzureIdentity {
  readonly displayName: string;
  readonly uniqueName: string;
  readonly imageUrl?: string;
}
interface AzureTeam {
  readonly id: string;
  readonly name: string;
  readonly description?: string;
  readonly projectId: string;
  readonly projectName: string;
}
interface List<T> {
  readonly value: readonly T[];
}

const VERSION = '7.1';
const PAGE = 100;
const NOBODY = '0'.repeat(40);
const isCommit = (ref: string): boolean => /^[0-9a-f]{40}$/.test(ref);
const shortRef = (name: string): string => name.replace(/^refs\/heads\//, '');

/** Asks Azure DevOps. `repository` is `organization/project/repository`. */
export function openAzureDevOps(integration: Integration, tools: ForgeTools): Forge {
  const authorization = integration.token === undefined ? undefined : `Basic ${Buffer.from(`:${integration.token}`).toString('base64')}`;

  const request = async (
    path: string,
    query: Readonly<Record<string, string>> = {},
    options: Parameters<ForgeTools['http']>[1] = {},
  ): Promise<ForgeAnswer> => {
    const search = new URLSearchParams({ 'api-version': VERSION, ...query });
    const answer = await tools.http(`${integration.apiUrl}${path}?${search}`, {
      ...options,
      headers: { ...(authorization === undefined ? {} : { authorization }), ...options.headers },
    });
    // Instead of 401, Azure DevOps answers a bad token with its sign-in page.
    if (answer.status === 203)
      throw new PavedError('unavailable', `Azure DevOps at ${integration.host} does not accept the credentials of integrations.azure.`, {
        fix: 'Renew the token.',
      });
    return answer;
  };
  const at = (repository: string, path: string): string => {
    const [organization = '', project = '', name = ''] = repository.split('/').map(encodeURIComponent);
    return `/${organization}/${project}/_apis/git/repositories/${name}${path}`;
  };
  const versionOf = (ref: string, prefix: string): Record<string, string> => ({
    [`${prefix}.version`]: ref,
    [`${prefix}.versionType`]: isCommit(ref) ? 'commit' : 'branch',
  });

  const head = async (repository: string, ref: string): Promise<string | undefined> => {
    if (isCommit(ref)) {
      const answer = await request(at(repository, `/commits/${ref}`), {}, { accept: [404] });
      return answer.status === 404 ? undefined : answer.json<{ commitId: string }>().commitId;
    }
    for (const kind of ['heads', 'tags']) {
      const answer = await request(at(repository, '/refs'), { filter: `${kind}/${ref}`, peelTags: 'true' }, { accept: [404] });
      if (answer.status === 404) return undefined;
      // The filter also finds longer names.
      const found = answer
        .json<List<{ name: string; objectId: string; peeledObjectId?: string }>>()
        .value.find((one) => one.name === `refs/${kind}/${ref}`);
      if (found !== undefined) return found.peeledObjectId ?? found.objectId;
    }
    return undefined;
  };

  const teamsOf = async (organization: string, signal?: AbortSignal): Promise<AzureTeam[]> => {
    const found: AzureTeam[] = [];
    for (let skip = 0; ; skip += PAGE) {
      const answer = await request(
        `/${encodeURIComponent(organization)}/_apis/teams`,
        { 'api-version': '7.1-preview.3', $top: String(PAGE), $skip: String(skip) },
        signal === undefined ? {} : { signal },
      );
      const { value } = answer.json<List<AzureTeam>>();
      found.push(...value);
      if (value.length < PAGE) return found;
    }
  };
  const membersOf = async (organization: string, team: AzureTeam): Promise<AzureIdentity[]> => {
    const found: AzureIdentity[] = [];
    for (let skip = 0; ; skip += PAGE) {
      const answer = await request(`/${encodeURIComponent(organization)}/_apis/projects/${team.projectId}/teams/${team.id}/members`, {
        $top: String(PAGE),
        $skip: String(skip),
      });
      const { value } = answer.json<List<{ identity: AzureIdentity & { isContainer?: boolean } }>>();
      found.push(...value.filter(({ identity }) => identity.isContainer !== true).map(({ identity }) => identity));
      if (value.length < PAGE) return found;
    }
  };
  const toTeam = (organization: string, team: AzureTeam, members: readonly AzureIdentity[]): ForgeTeam => ({
    slug: slugOf(team),
    name: team.name,
    path: `${organization}/${team.projectName}/${team.name}`,
    members: members.map(loginOf),
    url: `${integration.webUrl}/${encodeURIComponent(organization)}/${encodeURIComponent(team.projectName)}/_settings/teams`,
    ...(team.description === undefined || team.description === '' ? {} : { description: team.description }),
  });
  const toRepository = (organization: string, repository: AzureRepository): ForgeRepository => ({
    fullName: `${organization}/${repository.project.name}/${repository.name}`,
    name: repository.name,
    url: repository.webUrl,
    cloneUrl: repository.remoteUrl,
    ...(repository.defaultBranch === undefined ? {} : { defaultBranch: shortRef(repository.defaultBranch) }),
    topics: [],
    archived: repository.isDisabled === true,
    fork: repository.isFork === true,
    visibility: repository.project.visibility === 'public' ? 'public' : 'private',
    project: repository.project.name,
  });
  const pullRequestUrl = (repository: string, number: number): string =>
    `${formatAddress(integration, { repository, path: '' }, 'tree')}/pullrequest/${number}`;

  return {
    integration,
    parse: (url) => parseAddress(integration, url),
    format: (address, as) => formatAddress(integration, address, as),
    async *repositories(owner, signal) {
      const [organization = ''] = owner.split('/');
      const path = `/${owner.split('/').map(encodeURIComponent).join('/')}/_apis/git/repositories`;
      // All of a project collection come in one answer.
      const { value } = (await request(path, {}, signal === undefined ? {} : { signal })).json<List<AzureRepository>>();
      yield value.map((repository) => toRepository(organization, repository));
    },
    async repository(name) {
      const answer = await request(at(name, ''), {}, { accept: [404] });
      return answer.status === 404 ? undefined : toRepository(name.split('/')[0] ?? '', answer.json<AzureRepository>());
    },
    head,
    async tree(repository, commit) {
      const answer = await request(at(repository, '/items'), { recursionLevel: 'full', ...versionOf(commit, 'versionDescriptor') });
      return answer
        .json<List<{ path: string; gitObjectType: string }>>()
        .value.filter((item) => item.gitObjectType === 'blob')
        .map((item) => item.path.replace(/^\//, ''));
    },
    async read(repository, ref, path) {
      const answer = await request(
        at(repository, '/items'),
        { path: `/${path}`, ...versionOf(ref, 'versionDescriptor'), $format: 'octetStream' },
        { headers: { accept: 'application/octet-stream' }, accept: [404] },
      );
      return answer.status === 404 ? undefined : answer.body;
    },
    async commits(repository, { ref, path, limit }) {
      const answer = await request(at(repository, '/commits'), {
        ...versionOf(ref, 'searchCriteria.itemVersion'),
        'searchCriteria.$top': String(limit),
        ...(path === undefined ? {} : { 'searchCriteria.itemPath': `/${path}` }),
      });
      const commits: WrittenCommit[] = [];
      for (const one of answer.json<
        List<{ commitId: string; comment: string; commentTruncated?: boolean; author: { name: string; email: string; date: string } }>
      >().value) {
        const message =
          one.commentTruncated === true
            ? (await request(at(repository, `/commits/${one.commitId}`))).json<{ comment: string }>().comment
            : one.comment;
        commits.push({ sha: one.commitId, message, author: { name: one.author.name, email: one.author.email }, at: one.author.date });
      }
      return commits;
    },
    async commit(repository, { branch, from, files, message }) {
      // A branch that is not there yet starts at the commit that is named as its old one; one that stands elsewhere is refused.
      const base = from === '' ? NOBODY : from;
      const changes = [];
      for (const [path, content] of Object.entries(files)) {
        const known = await request(
          at(repository, '/items'),
          { path: `/${path}`, ...versionOf(base, 'versionDescriptor') },
          { accept: [404] },
        );
        if (content === undefined && known.status === 404) continue;
        changes.push({
          changeType: content === undefined ? 'delete' : known.status === 404 ? 'add' : 'edit',
          item: { path: `/${path}` },
          ...(content === undefined ? {} : { newContent: { content, contentType: 'rawtext' } }),
        });
      }
      if (changes.length === 0) throw new PavedError('invalid', 'The change deletes only files that are not there.');
      const answer = await request(
        at(repository, '/pushes'),
        {},
        {
          method: 'POST',
          body: { refUpdates: [{ name: `refs/heads/${branch}`, oldObjectId: base }], commits: [{ comment: message, changes }] },
        },
      );
      return { sha: answer.json<{ commits: { commitId: string }[] }>().commits[0]?.commitId ?? '' };
    },
    async findPullRequest(repository, source, base) {
      const answer = await request(at(repository, '/pullrequests'), {
        'searchCriteria.status': 'active',
        'searchCriteria.sourceRefName': `refs/heads/${source}`,
        'searchCriteria.targetRefName': `refs/heads/${base}`,
      });
      const [found] = answer.json<List<{ pullRequestId: number }>>().value;
      return found === undefined ? undefined : { number: found.pullRequestId, url: pullRequestUrl(repository, found.pullRequestId) };
    },
    async openPullRequest(repository, { head: source, base, title, body }) {
      const answer = await request(
        at(repository, '/pullrequests'),
        {},
        {
          method: 'POST',
          body: { sourceRefName: `refs/heads/${source}`, targetRefName: `refs/heads/${base}`, title, description: body.slice(0, 4000) },
        },
      );
      const number = answer.json<{ pullRequestId: number }>().pullRequestId;
      return { number, url: pullRequestUrl(repository, number) };
    },
    /** People are those who are in a team: the list of all accounts is behind another host and needs more rights. */
    async organisation(owner, signal) {
      const users = new Map<string, ForgeUser>();
      const teams: ForgeTeam[] = [];
      for (const team of await teamsOf(owner, signal)) {
        const members = await membersOf(owner, team);
        for (const member of members) users.set(loginOf(member), toUser(member));
        teams.push(toTeam(owner, team, members));
      }
      return { users: [...users.values()], teams };
    },
    async team(owner, slug) {
      const found = (await teamsOf(owner)).find((team) => slugOf(team) === slug);
      return found === undefined ? undefined : toTeam(owner, found, await membersOf(owner, found));
    },
    user: async () => undefined,
    async whoAmI() {
      const [organization] = integration.organizations ?? [];
      if (organization === undefined)
        throw new PavedError('unsupported', `Azure DevOps tells who a token belongs to only inside an organisation.`, {
          fix: 'Name one in integrations.azure[].credentials[].organizations.',
        });
      const answer = await request(`/${encodeURIComponent(organization)}/_apis/connectionData`, { 'api-version': '7.1-preview.1' });
      return answer.json<{ authenticatedUser: { providerDisplayName: string } }>().authenticatedUser.providerDisplayName;
    },
  };
}

/** `shop-platform`: teams of different projects may be called the same. */
const slugOf = (team: AzureTeam): string =>
  (team.name.toLowerCase().startsWith(team.projectName.toLowerCase()) ? team.name : `${team.projectName}-${team.name}`)
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-');

/** The part of an account's address before the @. */
const loginOf = (identity: AzureIdentity): string => identity.uniqueName.split('\\').at(-1)?.split('@')[0] ?? identity.uniqueName;

const toUser = (identity: AzureIdentity): ForgeUser => ({
  login: loginOf(identity),
  name: identity.displayName,
  ...(identity.uniqueName.includes('@') ? { email: identity.uniqueName } : {}),
  ...(identity.imageUrl === undefined ? {} : { picture: identity.imageUrl }),
});
