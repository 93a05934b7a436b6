import { z } from 'zod';

const duration = z.union([
  z.string().describe('ISO 8601 (PT30M), or 30m, 2h.'),
  z.strictObject({ cron: z.string() }),
  z.partialRecord(z.enum(['years', 'months', 'weeks', 'days', 'hours', 'minutes', 'seconds', 'milliseconds']), z.number()),
]);
const schedule = z
  .strictObject({
    frequency: duration,
    timeout: duration.optional(),
    initialDelay: duration.optional(),
    scope: z.enum(['global', 'local']).optional(),
  })
  .optional()
  .describe('How often it is asked; default every 30 minutes.');
const pattern = z.string().refine(isPattern, 'a regular expression');
const named = <T extends z.ZodType>(shape: T) => z.record(z.string().min(1), shape).default({});
const catalogPath = z.string().min(1).default('/catalog-info.yaml').describe('Path of the catalog file; patterns are allowed.');
const secret = z.string().min(1).meta({ secret: true });

const github = z
  .strictObject({
    host: z.string().default('github.com'),
    organization: z.string().optional().describe('Organisation or user whose repositories are looked at.'),
    app: z.string().optional().describe('Not needed here; accepted as Backstage has it.'),
    catalogPath,
    filters: z
      .strictObject({
        branch: z.string().optional().describe('Read this branch instead of the default branch.'),
        repository: pattern.optional().describe('Regular expression of the whole repository name.'),
        topic: z.strictObject({ include: z.array(z.string()).optional(), exclude: z.array(z.string()).optional() }).optional(),
        allowForks: z.boolean().default(true),
        allowArchived: z.boolean().default(false),
        visibility: z.array(z.enum(['public', 'private', 'internal'])).optional(),
      })
      .prefault({}),
    validateLocationsExist: z.boolean().optional(),
    pageSizes: z.looseObject({}).optional(),
    schedule,
  })
  .refine((value) => value.organization !== undefined, { path: ['organization'], message: 'is missing' });

const githubOrg = z.strictObject({
  id: z.string().optional(),
  githubUrl: z.url().default('https://github.com'),
  orgs: z.array(z.string()).min(1).describe('Organisations whose members and teams are read.'),
  alwaysUseDefaultNamespace: z.boolean().optional(),
  defaultUserTransformer: z.looseObject({}).optional(),
  schedule,
});

const gitlab = z.strictObject({
  host: z.string().default('gitlab.com'),
  group: z.string().default('').describe('Group with its subgroups; everything that the token sees when left out.'),
  branch: z.string().optional(),
  fallbackBranch: z.string().default('master'),
  entityFilename: z.string().default('catalog-info.yaml'),
  projectPattern: pattern.default('[\\s\\S]*'),
  groupPattern: z.union([pattern, z.array(pattern)]).default('[\\s\\S]*'),
  userPattern: pattern.default('[\\s\\S]*'),
  skipForkedRepos: z.boolean().default(false),
  includeArchivedRepos: z.boolean().default(false),
  excludeRepos: z.array(z.string()).default([]),
  topics: z.string().optional().describe('Comma separated; a project needs all of them.'),
  membership: z.boolean().optional(),
  simple: z.boolean().optional(),
  useSearch: z.boolean().optional(),
  orgEnabled: z.boolean().default(false).describe('Read people and groups too.'),
  restrictUsersToGroup: z.boolean().optional(),
  includeUsersWithoutSeat: z.boolean().optional(),
  allowInherited: z.boolean().optional(),
  relations: z.array(z.string()).optional(),
  rules: z.array(z.looseObject({})).optional(),
  schedule,
});

const gitea = z.strictObject({
  host: z.string(),
  organization: z.string(),
  branch: z.string().optional(),
  catalogPath,
  filters: z
    .strictObject({ repository: pattern.optional(), allowForks: z.boolean().default(true), allowArchived: z.boolean().default(false) })
    .prefault({}),
  schedule,
});

const organisation = z.strictObject({ host: z.string(), orgs: z.array(z.string()).min(1), schedule });

const bitbucketCloud = z.strictObject({
  host: z.string().default('bitbucket.org'),
  workspace: z.string(),
  catalogPath,
  filters: z.strictObject({ projectKey: pattern.optional(), repoSlug: pattern.optional() }).prefault({}),
  pagelen: z.number().int().optional(),
  orgEnabled: z.boolean().default(false).describe('Read the members of the workspace too.'),
  schedule,
});

const azureDevOps = z.strictObject({
  host: z.string().default('dev.azure.com'),
  organization: z.string(),
  project: z.string().default('*').describe('Name of a project, or a pattern with *.'),
  repository: z.string().default('*'),
  branch: z.string().optional(),
  path: catalogPath,
  orgEnabled: z.boolean().default(false).describe('Read people and teams too.'),
  schedule,
});

const ldapSearch = z
  .strictObject({
    scope: z.enum(['base', 'one', 'sub', 'children', 'subordinates']).default('one'),
    filter: z.string().optional(),
    attributes: z.array(z.string()).optional(),
    sizeLimit: z.number().int().optional(),
    timeLimit: z.number().int().optional(),
    derefAliases: z.union([z.number().int(), z.string()]).optional(),
    typesOnly: z.boolean().optional(),
    paged: z
      .union([z.boolean(), z.strictObject({ pageSize: z.number().int().positive().optional(), pagePause: z.boolean().optional() })])
      .optional(),
  })
  .prefault({});
const set = z.record(z.string(), z.json()).optional().describe('Fields that every entity gets, by dotted path.');
const list = <T extends z.ZodType>(shape: T) => z.union([z.array(shape), shape.transform((one) => [one] as z.output<T>[])]).optional();
const ldapUsers = z.strictObject({
  dn: z.string().describe('Where people stand.'),
  options: ldapSearch,
  set,
  map: z
    .strictObject({
      rdn: z.string().default('uid'),
      name: z.string().default('uid'),
      description: z.string().optional(),
      displayName: z.string().default('cn'),
      email: z.string().default('mail'),
      picture: z.string().optional(),
      memberOf: z.string().nullable().default('memberOf'),
    })
    .prefault({}),
});
const ldapGroups = z.strictObject({
  dn: z.string().describe('Where groups stand.'),
  options: ldapSearch,
  set,
  map: z
    .strictObject({
      rdn: z.string().default('cn'),
      name: z.string().default('cn'),
      description: z.string().default('description'),
      type: z.string().default('groupType'),
      displayName: z.string().default('cn'),
      email: z.string().optional(),
      picture: z.string().optional(),
      memberOf: z.string().nullable().default('memberOf'),
      members: z.string().nullable().default('member'),
    })
    .prefault({}),
});
const ldap = z.strictObject({
  target: z.string().regex(/^ldaps?:\/\/[^/]+\/?$/, 'an address such as ldaps://ds.example.net'),
  bind: z.strictObject({ dn: z.string(), secret }).optional(),
  tls: z
    .strictObject({
      rejectUnauthorized: z.boolean().default(true),
      startTls: z.boolean().default(false).describe('Switch an ldap:// connection to TLS before anything is sent.'),
      ca: z.string().optional().describe('File with the certificates that are trusted.'),
      certs: z.string().optional().describe('File with the client certificate.'),
      keys: z.string().optional().describe('File with the client certificate’s key.'),
    })
    .prefault({}),
  users: list(ldapUsers),
  groups: list(ldapGroups),
  vendor: z
    .strictObject({
      dnAttributeName: z.string().optional(),
      uuidAttributeName: z.string().optional(),
      dnCaseSensitive: z.boolean().optional(),
    })
    .optional(),
  schedule,
});

/** Providers of repositories and organisation data, in Backstage's shape: type → id → settings. */
export const providersSchema = z.strictObject({
  github: named(github).describe('Repositories of GitHub organisations or users, by id.'),
  githubOrg: named(githubOrg).describe('People and teams of GitHub organisations.'),
  gitlab: named(gitlab).describe('Projects of GitLab groups; with orgEnabled people and groups too.'),
  gitea: named(gitea).describe('Repositories of Gitea and Forgejo organisations.'),
  giteaOrg: named(organisation).describe('People and teams of Gitea and Forgejo organisations.'),
  bitbucketCloud: named(bitbucketCloud).describe('Repositories of Bitbucket workspaces; with orgEnabled people and groups too.'),
  azureDevOps: named(azureDevOps).describe('Repositories of Azure DevOps organisations; with orgEnabled people and teams too.'),
  ldap: named(ldap).describe('People and groups of LDAP directories; Backstage’s ldapOrg is taken too.'),
});

/** Words of a provider's settings: where one stands in the place of an id, there is only one provider. */
const settingWords = new Set([
  'host',
  'organization',
  'orgs',
  'githubUrl',
  'group',
  'workspace',
  'target',
  'catalogPath',
  'schedule',
  'id',
  'filters',
  'app',
]);

/**
 * Backstage writes a single provider without an id and some as lists, and calls LDAP `ldapOrg`: all become id → settings.
 * Changes the raw configuration in place, before it is checked.
 */
export function normaliseProviders(raw: Record<string, unknown>): void {
  const providers = (raw['catalog'] as { providers?: Record<string, unknown> } | undefined)?.providers;
  if (providers === undefined || providers === null || typeof providers !== 'object') return;
  if (providers['ldapOrg'] !== undefined) {
    providers['ldap'] = { ...(providers['ldapOrg'] as object), ...(providers['ldap'] as object | undefined) };
    delete providers['ldapOrg'];
  }
  for (const [type, value] of Object.entries(providers)) {
    if (Array.isArray(value))
      providers[type] = Object.fromEntries(
        value.map((one, i) => [(one as { id?: string }).id ?? (i === 0 ? 'default' : `default-${i}`), one]),
      );
    else if (value !== null && typeof value === 'object' && Object.keys(value).some((key) => settingWords.has(key)))
      providers[type] = { default: value };
  }
}

function isPattern(text: string): boolean {
  try {
    return new RegExp(text) instanceof RegExp;
  } catch {
    return false;
  }
}
