import { createHash } from 'node:crypto';
import type { Config } from '@paved/host';
import { PavedError } from '@paved/kernel';
import type { DirectoryReader } from '../../index.ts';
import { wildcard } from '../../model/repository-filter.ts';
import { cronOf, type Frequency } from '../../model/schedule.ts';
import type { Connected, Connections } from '../connections.ts';
import { discoveryProvider } from './discovery.ts';
import type { ForgeProvider } from './forge-provider.ts';
import { organisationProvider, type OrganisationDeps } from './organisation.ts';
import type { EntityProvider, EntityProviders } from '@paved/catalog';

export interface ConfiguredDeps extends OrganisationDeps {
  readonly connections: Connections;
  readonly providers: EntityProviders;
  readonly directory: DirectoryReader;
}

type Settings = Config['catalog']['providers'];

/** Every provider that `catalog.providers` names. Throws `invalid` when one needs an integration that is not there. */
export function configuredProviders(deps: ConfiguredDeps, settings: Settings): { forges: ForgeProvider[]; directories: EntityProvider[] } {
  const named = <T>(type: keyof Settings, entries: Readonly<Record<string, T>>): { id: string; name: string; value: T }[] =>
    Object.entries(entries).map(([id, value]) => ({ id, name: `${type}:${id}`, value }));
  const serves = (setting: string, host: string, type: Connected['integration']['type']): Connected => {
    const found = deps.connections.all.find(({ integration }) => integration.host === host.toLowerCase());
    if (found !== undefined && found.integration.type === type) return found;
    throw new PavedError('invalid', `${setting} needs an integration for ${host}, and there is none.`, {
      fix: `Add { host: ${host} } to integrations.${type}.`,
    });
  };
  const forges: ForgeProvider[] = [];

  for (const { id, name, value } of named('github', settings.github)) {
    const setting = `catalog.providers.github.${id}`;
    const { filters } = value;
    forges.push(
      discoveryProvider(
        serves(setting, value.host, 'github'),
        {
          name,
          type: 'github',
          schedule: scheduleOf(setting, name, value.schedule?.frequency),
          owner: value.organization ?? '',
          catalogPath: value.catalogPath,
          ...(filters.branch === undefined ? {} : { branch: filters.branch }),
          filter: {
            ...(filters.repository === undefined ? {} : { name: filters.repository }),
            ...(filters.topic === undefined
              ? {}
              : {
                  topics: {
                    ...(filters.topic.include && { include: filters.topic.include }),
                    ...(filters.topic.exclude && { exclude: filters.topic.exclude }),
                  },
                }),
            ...(filters.visibility === undefined ? {} : { visibility: filters.visibility }),
            forks: filters.allowForks,
            archived: filters.allowArchived,
          },
        },
        deps.providers,
      ),
    );
  }
  const orgs = named('githubOrg', settings.githubOrg);
  for (const { id, name, value } of orgs) {
    const setting = `catalog.providers.githubOrg.${id}`;
    const host = new URL(value.githubUrl).host;
    forges.push(
      organisationProvider(deps, serves(setting, host, 'github'), {
        name,
        type: 'github',
        schedule: scheduleOf(setting, name, value.schedule?.frequency),
        owners: value.orgs,
        namespaced: value.alwaysUseDefaultNamespace !== true && (orgs.length > 1 || value.orgs.length > 1),
        annotations: { user: 'github.com/user-login', team: 'github.com/team-slug' },
      }),
    );
  }
  for (const { id, name, value } of named('gitlab', settings.gitlab)) {
    const setting = `catalog.providers.gitlab.${id}`;
    const connected = serves(setting, value.host, 'gitlab');
    const schedule = scheduleOf(setting, name, value.schedule?.frequency);
    forges.push(
      discoveryProvider(
        connected,
        {
          name,
          type: 'gitlab',
          schedule,
          owner: value.group,
          catalogPath: value.entityFilename,
          ...(value.branch === undefined ? {} : { branch: value.branch }),
          fallbackBranch: value.fallbackBranch,
          fullName: value.projectPattern,
          topics: 'all',
          filter: {
            forks: !value.skipForkedRepos,
            archived: value.includeArchivedRepos,
            excluded: value.excludeRepos,
            ...(value.topics === undefined ? {} : { topics: { include: value.topics.split(',').map((topic) => topic.trim()) } }),
          },
        },
        deps.providers,
      ),
    );
    if (value.orgEnabled)
      forges.push(
        organisationProvider(deps, connected, {
          name: `gitlabOrg:${id}`,
          type: 'gitlab',
          schedule,
          owners: [value.group],
          namespaced: false,
          // A colon may not stand in an annotation's name.
          annotations: { user: `${hostName(value.host)}/user-login`, team: `${hostName(value.host)}/team-path` },
          users: value.userPattern,
          teams: [value.groupPattern].flat(),
        }),
      );
  }
  for (const { id, name, value } of named('gitea', settings.gitea)) {
    const setting = `catalog.providers.gitea.${id}`;
    forges.push(
      discoveryProvider(
        serves(setting, value.host, 'gitea'),
        {
          name,
          type: 'gitea',
          schedule: scheduleOf(setting, name, value.schedule?.frequency),
          owner: value.organization,
          catalogPath: value.catalogPath,
          ...(value.branch === undefined ? {} : { branch: value.branch }),
          filter: {
            ...(value.filters.repository === undefined ? {} : { name: value.filters.repository }),
            forks: value.filters.allowForks,
            archived: value.filters.allowArchived,
          },
        },
        deps.providers,
      ),
    );
  }
  for (const { id, name, value } of named('giteaOrg', settings.giteaOrg)) {
    const setting = `catalog.providers.giteaOrg.${id}`;
    const connected = serves(setting, value.host, 'gitea');
    forges.push(
      organisationProvider(deps, connected, {
        name,
        type: 'gitea',
        schedule: scheduleOf(setting, name, value.schedule?.frequency),
        owners: value.orgs,
        namespaced: value.orgs.length > 1,
        annotations: { user: 'gitea.com/user-login', team: 'gitea.com/team-slug' },
      }),
    );
  }
  for (const { id, name, value } of named('bitbucketCloud', settings.bitbucketCloud)) {
    const setting = `catalog.providers.bitbucketCloud.${id}`;
    const connected = serves(setting, value.host, 'bitbucketCloud');
    const schedule = scheduleOf(setting, name, value.schedule?.frequency);
    forges.push(
      discoveryProvider(
        connected,
        {
          name,
          type: 'bitbucket',
          schedule,
          owner: value.workspace,
          catalogPath: value.catalogPath,
          filter: {
            ...(value.filters.repoSlug === undefined ? {} : { name: value.filters.repoSlug }),
            ...(value.filters.projectKey === undefined ? {} : { project: value.filters.projectKey }),
          },
        },
        deps.providers,
      ),
    );
    if (value.orgEnabled)
      forges.push(
        organisationProvider(deps, connected, {
          name: `bitbucketCloudOrg:${id}`,
          type: 'bitbucket',
          schedule,
          owners: [value.workspace],
          namespaced: false,
          annotations: { user: 'bitbucket.org/user-nickname', team: 'bitbucket.org/group-slug' },
        }),
      );
  }
  for (const { id, name, value } of named('azureDevOps', settings.azureDevOps)) {
    const setting = `catalog.providers.azureDevOps.${id}`;
    const connected = serves(setting, value.host, 'azure');
    const schedule = scheduleOf(setting, name, value.schedule?.frequency);
    const exact = !value.project.includes('*');
    forges.push(
      discoveryProvider(
        connected,
        {
          name,
          type: 'azure',
          schedule,
          owner: exact ? `${value.organization}/${value.project}` : value.organization,
          catalogPath: value.path,
          ...(value.branch === undefined ? {} : { branch: value.branch }),
          filter: { name: wildcard(value.repository), ...(exact ? {} : { project: wildcard(value.project) }) },
        },
        deps.providers,
      ),
    );
    if (value.orgEnabled)
      forges.push(
        organisationProvider(deps, connected, {
          name: `azureDevOpsOrg:${id}`,
          type: 'azure',
          schedule,
          owners: [value.organization],
          namespaced: false,
          annotations: { user: 'dev.azure.com/user-name', team: 'dev.azure.com/team' },
        }),
      );
  }
  const directories = named('ldap', settings.ldap).map(({ id, name, value }): EntityProvider => ({
    name,
    type: 'ldap',
    target: value.target,
    schedule: scheduleOf(`catalog.providers.ldap.${id}`, name, value.schedule?.frequency),
    read: async (context) => ({ type: 'full', locations: [], entities: await deps.directory(value, context) }),
  }));
  return { forges, directories };
}

const hostName = (host: string): string => host.toLowerCase().replace(/:\d+$/, '');

/** A cron expression, shifted by the provider's name so that not all ask at once. */
function scheduleOf(setting: string, name: string, frequency: Frequency | undefined): string {
  const spread = createHash('sha256').update(name).digest().readUInt32BE() / 2 ** 32;
  const cron = cronOf(frequency, spread);
  if (cron !== undefined) return cron;
  throw new PavedError('invalid', `${setting}.schedule.frequency is no frequency: ${JSON.stringify(frequency)}.`, {
    fix: 'Write it like PT30M, 30m, { minutes: 30 } or { cron: "*/30 * * * *" }.',
  });
}
