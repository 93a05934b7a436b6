import { PavedError } from '@paved/kernel';
import type { Forges, IntegrationSummary } from '../index.ts';
import type { Connected } from './connections.ts';
import { createChanging, type ChangingDeps } from './changing.ts';
import { defaultBranch } from './source-reader.ts';

const FILE_LIMIT = 1024 ** 2;
/** Where forges look for code owners, in their order. */
const ownerFiles = [
  '.github/CODEOWNERS',
  '.gitlab/CODEOWNERS',
  '.gitea/CODEOWNERS',
  '.forgejo/CODEOWNERS',
  'CODEOWNERS',
  'docs/CODEOWNERS',
  '.bitbucket/CODEOWNERS',
];

/** Forges as other capabilities use them. */
export function createForges(deps: ChangingDeps): Forges {
  const { connections } = deps;

  /** Where a URL leads, with a revision that is there. */
  const at = async (url: string) => {
    const place = connections.require(url);
    const { forge } = place.connected;
    const ref = place.ref ?? (await defaultBranch(forge, place.repository));
    const revision = await forge.head(place.repository, ref);
    if (revision === undefined)
      throw new PavedError('not_found', `${place.repository} has no branch ${ref}.`, { fix: 'Check the address.' });
    return { ...place, forge, ref, revision };
  };

  return {
    ...createChanging(deps),
    place(url) {
      const found = connections.place(url);
      if (found === undefined) return undefined;
      const { connected: _connected, ...place } = found;
      return place;
    },
    async fileUrl(url, path) {
      const { connected, repository, ref } = connections.require(url);
      return connected.forge.format({ repository, path, ref: ref ?? (await defaultBranch(connected.forge, repository)) }, 'view');
    },
    repositoryUrl(integration, repository) {
      const found = connections.all.find((connected) => connected.integration.host === integration.toLowerCase());
      return found?.forge.format({ repository, path: '' }, 'tree');
    },
    list: () => connections.all.map(summaryOf),
    async repository(url) {
      const { connected, repository } = connections.require(url);
      return connected.forge.repository(repository);
    },
    async *repositories(integration, owner) {
      for await (const page of connections.byHost(integration).forge.repositories(owner)) yield* page;
    },
    async tree(url) {
      const { forge, repository, revision } = await at(url);
      return { revision, paths: await forge.tree(repository, revision) };
    },
    async readText(url) {
      const { forge, repository, ref, revision, path } = await at(url);
      const bytes = await forge.read(repository, revision, path);
      if (bytes === undefined) return undefined;
      if (bytes.length > FILE_LIMIT) throw new PavedError('too_large', `${path} in ${repository} is larger than 1 MiB.`);
      return { text: Buffer.from(bytes).toString('utf8'), revision, url: forge.format({ repository, ref, path }, 'view') };
    },
    async codeowners(url) {
      const { forge, repository, revision } = await at(url);
      for (const path of ownerFiles) {
        const bytes = await forge.read(repository, revision, path);
        if (bytes !== undefined) return { text: Buffer.from(bytes).toString('utf8'), path };
      }
      return undefined;
    },
    async commits(url, limit) {
      const { forge, repository, revision, path } = await at(url);
      return forge.commits(repository, { ref: revision, limit, ...(path === '' ? {} : { path }) });
    },
  };
}

export function summaryOf({ integration, driver, connection }: Connected): IntegrationSummary {
  const rate = connection.rate();
  return {
    id: integration.host,
    type: integration.type,
    title: driver.title,
    apiUrl: integration.apiUrl,
    credentials:
      integration.apps !== undefined
        ? 'app'
        : integration.password !== undefined
          ? 'password'
          : integration.token !== undefined
            ? 'token'
            : 'none',
    webhookSecret: integration.webhookSecrets.length > 0,
    ...(rate === undefined ? {} : { rate }),
  };
}
