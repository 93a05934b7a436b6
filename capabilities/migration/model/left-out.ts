/** Why parts of an app-config do not come over, and what to do instead: one place for each. */

const people = 'Import with --url as well: its people and teams are copied into the catalog’s store.';
const overGit = 'Its repositories are read over Git: register their addresses with `paved catalog import`.';
const asAddress = 'Put these files into a repository, or register their https addresses with `paved catalog import`.';

/** Sections that say nothing about the catalog. */
const sections: Readonly<Record<string, string>> = {
  app: 'The portal needs no settings of its own; its name is organization.name.',
  auth: 'People sign in to Paved itself; set it up under Settings, People.',
  permission: 'Paved asks permissions always: roles and ownership decide.',
  proxy: 'There is no proxy to other systems’ APIs.',
  kubernetes: 'Clusters belong to environments: see the orchestrator.',
  techdocs: 'Docs are built and served by Paved itself.',
  scaffolder: 'Templates run as runs; commits are made in the name of who started them.',
  search: 'Search needs no settings.',
  notifications: 'Notifications need no settings.',
  events: 'Webhooks need no modules: `paved forges webhook` prints where each forge sends them.',
  enabled: 'It switches plugins of Backstage.',
};

const backend: Readonly<Record<string, string>> = {
  baseUrl: 'Say where people reach Paved with server.baseUrl.',
  listen: 'Say where Paved listens with server.host and server.port.',
  database: 'Paved keeps its data in a PostgreSQL of its own, or in that of DATABASE_URL.',
  auth: 'Programs get personal API tokens, under Settings, Tokens.',
  cors: 'The portal and the API have one origin.',
  csp: 'It is set already, as strict as the portal allows.',
  https: 'Put a proxy with the certificate in front, and its address into server.baseUrl.',
  cache: 'There is no cache to set up.',
};

const integrations: Readonly<Record<string, string>> = {
  bitbucket: 'Backstage split it: write bitbucketCloud for bitbucket.org. Bitbucket Server is read over Git, with `paved catalog import`.',
  bitbucketServer: overGit,
  gerrit: overGit,
  harness: overGit,
  awsCodeCommit: overGit,
  awsS3: asAddress,
  azureBlobStorage: asAddress,
  googleGcs: asAddress,
};

const providers: Readonly<Record<string, string>> = {
  bitbucketServer: overGit,
  gerrit: overGit,
  awsS3: asAddress,
  azureBlob: asAddress,
  googleGcs: asAddress,
};

const discoveries: Readonly<Record<string, string>> = {
  'github-discovery': 'github',
  'github-multi-org': 'githubOrg',
  'github-org': 'githubOrg',
  'gitlab-discovery': 'gitlab',
  'bitbucket-discovery': 'bitbucketCloud',
  'azure-discovery': 'azureDevOps',
  'ldap-org': 'ldap',
};

export const whyNoSection = (name: string): string => sections[name] ?? 'It belongs to a plugin of Backstage; Paved has no such setting.';

export const whyNoBackend = (name: string): string => backend[name] ?? 'It is about Backstage’s own server.';

export const whyNoCatalogSetting = (name: string): string =>
  name === 'import'
    ? 'Onboarding writes catalog-info.yaml and makes up branch names itself.'
    : name === 'readonly'
      ? 'Who may register sources is a matter of permissions.'
      : 'Paved has no such setting.';

export const whyNoIntegration = (type: string): string =>
  `Paved has no integration ${type}. ${integrations[type] ?? 'Register what it read with `paved catalog import`.'}`;

export const whyNoProvider = (type: string): string =>
  `Paved has no provider ${type}. ${
    providers[type] ??
    (/org$|graph|keycloak|okta|ping|auth0|scim/i.test(type) ? people : 'Register what it brought with `paved catalog import`.')
  }`;

export const whyNoLocationType = (type: string): string => {
  const provider = discoveries[type];
  return provider === undefined
    ? `Locations of type ${type} came from a processor of Backstage. ${type.endsWith('org') ? people : 'Register what it found with `paved catalog import`.'}`
    : `Locations of type ${type} came from a processor of Backstage; catalog.providers.${provider} does the same.`;
};
