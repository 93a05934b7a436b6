import { forgeConformance, historyOf, namesBelow, resolveIn, type Handle, type World, type WorldRepository } from '@paved/forges/testing';
import { expect, it } from 'vitest';
import { azureDevOpsDriver } from './index.ts';

/** A world seen through Azure DevOps' API; its owner is `acme/shop`. */
function face(world: World): Handle {
  return (request, origin) => {
    const { method, query } = request;
    const list = (value: readonly unknown[]) => ({ body: { count: value.length, value } });
    const [organization, ...path] = namesBelow(request, '');
    if (organization !== 'acme') return undefined;
    const below = path.join('/');
    if (below === '_apis/connectionData') return { body: { authenticatedUser: { providerDisplayName: 'Robot' } } };
    if (below === '_apis/teams')
      return Number(query.get('$skip')) > 0
        ? list([])
        : list(world.teams.map((one) => ({ id: one.slug, name: one.name, projectId: 'p1', projectName: 'shop' })));
    const team = /^_apis\/projects\/p1\/teams\/([^/]+)\/members$/.exec(below)?.[1];
    if (team !== undefined) {
      const members = world.users.filter((user) => world.teams.find((one) => one.slug === team)?.members.includes(user.login));
      return list(members.map((one) => ({ identity: { displayName: one.name, uniqueName: one.email } })));
    }
    if (below === 'shop/_apis/git/repositories') return list(world.repositories.map((one) => shape(one, origin)));
    const [name = '', area, more] = path.slice(4);
    const repository = below.startsWith('shop/_apis/git/repositories/') ? world.find(`acme/shop/${name}`) : undefined;
    if (repository === undefined) return undefined;
    const commit = (ref: string) => resolveIn(repository, ref);
    const version = query.get('versionDescriptor.version') ?? query.get('searchCriteria.itemVersion.version') ?? '';
    if (area === undefined) return { body: shape(repository, origin) };
    if (area === 'refs') {
      const filter = `refs/${query.get('filter')}`;
      return list(
        [...repository.branches]
          .map(([branch, objectId]) => ({ name: `refs/heads/${branch}`, objectId }))
          .filter((one) => one.name.startsWith(filter)),
      );
    }
    if (area === 'commits' && more !== undefined) return commit(more) && { body: { commitId: more, comment: commit(more)?.message } };
    if (area === 'commits') {
      const found = historyOf(repository, version);
      return list(
        found.map((one) => ({
          commitId: one.sha,
          comment: one.message.slice(0, 3),
          commentTruncated: one.message.length > 3,
          author: { name: 'Dev', email: 'dev@acme.example', date: one.at },
        })),
      );
    }
    if (area === 'items') {
      const files = commit(version)?.files ?? {};
      const wanted = query.get('path');
      if (wanted === null)
        return list([
          { path: '/', gitObjectType: 'tree' },
          ...Object.keys(files).map((one) => ({ path: `/${one}`, gitObjectType: 'blob' })),
        ]);
      const text = files[wanted.slice(1)];
      if (text === undefined) return { status: 404, body: { message: 'TF401174: The item could not be found.' } };
      return { body: text };
    }
    if (area === 'pushes') {
      const { refUpdates, commits } = request.json<{
        refUpdates: { name: string; oldObjectId: string }[];
        commits: { comment: string; changes: { changeType: string; item: { path: string }; newContent?: { content: string } }[] }[];
      }>();
      const branch = refUpdates[0]?.name.slice('refs/heads/'.length) ?? '';
      const base = commit(refUpdates[0]?.oldObjectId ?? '');
      const tip = repository.branches.get(branch);
      if (tip !== undefined && tip !== base?.sha)
        return { status: 409, body: { message: 'TF401028: The reference has already been updated by another client.' } };
      for (const { changeType, item } of commits[0]?.changes ?? [])
        if ((changeType === 'add') === (base?.files[item.path.slice(1)] !== undefined))
          return { status: 400, body: { message: 'The change type does not fit.' } };
      const files = Object.fromEntries((commits[0]?.changes ?? []).map((one) => [one.item.path.slice(1), one.newContent?.content]));
      return { status: 201, body: { commits: [{ commitId: world.push(repository, branch, files, commits[0]?.comment, base?.sha) }] } };
    }
    if (area === 'pullrequests' && method === 'GET')
      return list(
        repository.pulls
          .filter(
            (one) =>
              query.get('searchCriteria.sourceRefName') === `refs/heads/${one.head}` &&
              query.get('searchCriteria.targetRefName') === `refs/heads/${one.base}`,
          )
          .map((one) => ({ pullRequestId: one.number })),
      );
    if (area === 'pullrequests') {
      const asked = request.json<{ sourceRefName: string; targetRefName: string; title: string; description: string }>();
      const made = {
        number: repository.pulls.length + 1,
        head: asked.sourceRefName.slice(11),
        base: asked.targetRefName.slice(11),
        title: asked.title,
        body: asked.description,
      };
      repository.pulls.push(made);
      return { status: 201, body: { pullRequestId: made.number } };
    }
    return undefined;
  };
}

const shape = (repository: WorldRepository, origin: string) => ({
  name: repository.name,
  project: { name: 'shop', visibility: 'private' },
  ...(repository.empty ? {} : { defaultBranch: `refs/heads/${repository.defaultBranch}` }),
  webUrl: `${origin}/acme/shop/_git/${repository.name}`,
  remoteUrl: `${origin}/acme/shop/_git/${repository.name}`,
  isDisabled: repository.archived,
});

let origin = '';
forgeConformance({
  driver: azureDevOpsDriver,
  owner: 'acme/shop',
  organisation: 'acme',
  nameOf: (name) => `acme/shop/${name}`,
  face,
  integration: (at) => {
    origin = at;
    return {
      type: 'azure',
      host: new URL(at).host,
      webUrl: at,
      apiUrl: at,
      token: 'pat',
      organizations: ['acme'],
      webhookSecrets: ['a secret'],
    };
  },
  etags: true,
  hierarchy: false,
  stamps: false,
  peopleOnlyInTeams: true,
  authorization: `Basic ${Buffer.from(':pat').toString('base64')}`,
  delivery: (secret, { repository, branch, commit, id }) => ({
    receivedAt: new Date(),
    headers: { authorization: `Basic ${Buffer.from(`paved:${secret}`).toString('base64')}` },
    body: Buffer.from(
      JSON.stringify({
        id,
        eventType: 'git.push',
        resource: {
          refUpdates: [{ name: `refs/heads/${branch}`, newObjectId: commit }],
          repository: { name: 'api', remoteUrl: `${origin.replace('://', '://acme@')}/${repository.replace('/api', '/_git/api')}` },
        },
      }),
    ),
  }),
});

it.each([
  ['https://dev.azure.com/acme/shop/_git/api?path=/catalog-info.yaml', { repository: 'acme/shop/api', path: 'catalog-info.yaml' }],
  [
    'https://dev.azure.com/acme/shop/_git/api?path=%2Fdocs%2Fa.yaml&version=GBfeature%2Fx',
    { repository: 'acme/shop/api', path: 'docs/a.yaml', ref: 'feature/x' },
  ],
  ['https://dev.azure.com/acme/My%20Shop/_git/The%20API', { repository: 'acme/My Shop/The API', path: '' }],
  ['https://dev.azure.com/acme/_git/shop', { repository: 'acme/shop/shop', path: '' }],
  ['https://dev.azure.com/acme/shop/_build', undefined],
])('%s is read right', (url, expected) => {
  const forge = azureDevOpsDriver.open(
    { type: 'azure', host: 'dev.azure.com', webUrl: 'https://dev.azure.com', apiUrl: 'https://dev.azure.com', webhookSecrets: [] },
    { http: () => Promise.reject(new Error('unused')), now: () => new Date() },
  );
  expect(forge.parse(url)).toEqual(expected);
});
