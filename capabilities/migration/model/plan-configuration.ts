import type { Json, JsonObject } from '@paved/kernel';
import type { ImportLine } from './import-line.ts';
import { pollIntervalOf } from './poll-interval.ts';

/** What an app-config becomes: sections for `paved.yaml`, and a line for each thing that was looked at. */
export interface ConfigurationPlan {
  readonly settings: JsonObject;
  readonly lines: readonly ImportLine[];
}

export interface PlanOptions {
  /** Where a `file:` target stands, as an absolute path; undefined when there is no such file. */
  readonly fileAt: (target: string) => string | undefined;
}

const objectOf = (value: Json | undefined): JsonObject =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? value : {};
const listOf = (value: Json | undefined): Json[] => (Array.isArray(value) ? value : []);

/** Parts of an app-config that say nothing about the catalog; each is named once, with what to do about it. */
const elsewhere: Readonly<Record<string, string>> = {
  app: 'The portal needs no settings of its own; its name is organization.name.',
  auth: 'People sign in to Paved itself; set it up under Settings, People.',
  permission: 'Paved asks permissions always: roles and ownership decide.',
  proxy: 'There is no proxy to other systems’ APIs.',
  kubernetes: 'Clusters belong to environments: see the orchestrator.',
  techdocs: 'Docs are built and served by Paved itself.',
  scaffolder: 'Templates run as runs; commits are made in the name of who started them.',
  search: 'Search needs no settings.',
  notifications: 'Notifications need no settings.',
};

const integrationTypes = ['github', 'gitlab', 'gitea', 'bitbucketCloud', 'azure'];
const providerTypes = ['github', 'githubOrg', 'gitlab', 'gitea', 'bitbucketCloud', 'azureDevOps', 'ldap', 'ldapOrg'];

/** Turns a merged app-config (references such as `${NAME}` left in place) into settings of Paved. */
export function planConfiguration(app: JsonObject, { fileAt }: PlanOptions): ConfigurationPlan {
  const lines: ImportLine[] = [];
  const say = (area: ImportLine['area'], what: string, outcome: ImportLine['outcome'], why?: string): void =>
    void lines.push({ area, what, outcome, ...(why === undefined ? {} : { why }) });
  const catalog = objectOf(app['catalog']);
  const ours: Record<string, Json> = {};

  const locations = listOf(catalog['locations']).flatMap((entry): JsonObject[] => {
    const { type, target, rules } = objectOf(entry);
    if (typeof type !== 'string' || typeof target !== 'string') {
      say('locations', JSON.stringify(entry), 'left out', 'It has no type and target.');
      return [];
    }
    const allowed = rules === undefined ? {} : { rules };
    const what = `${type}:${target}`;
    if (type === 'url') {
      say('locations', what, 'imported');
      return [{ type, target, ...allowed }];
    }
    if (type === 'file') {
      const found = fileAt(target);
      if (found === undefined) {
        say(
          'locations',
          what,
          'left out',
          'There is no such file here; file targets are relative to the folder that Backstage’s backend is started in.',
        );
        return [];
      }
      say('locations', what, found === target ? 'imported' : 'adjusted', ...(found === target ? [] : [`It stands at ${found}.`]));
      return [{ type, target: found, ...allowed }];
    }
    say('locations', what, 'left out', `Locations of type ${type} came from a processor; use catalog.providers for discovery.`);
    return [];
  });
  if (locations.length > 0) ours['locations'] = locations;

  if (catalog['rules'] !== undefined) {
    ours['rules'] = catalog['rules'];
    say('rules', 'catalog.rules', 'imported');
  } else {
    ours['rules'] = [{ allow: ['Component', 'API', 'Location'] }];
    say(
      'rules',
      'catalog.rules',
      'adjusted',
      'It is not set: Backstage then takes Component, API and Location only, and so does Paved now.',
    );
  }

  const providers: Record<string, Json> = {};
  for (const [type, value] of Object.entries(objectOf(catalog['providers']))) {
    if (providerTypes.includes(type)) {
      providers[type] = value;
      say('providers', `catalog.providers.${type}`, 'imported');
    } else say('providers', `catalog.providers.${type}`, 'left out', `There is no provider ${type}; known: ${providerTypes.join(', ')}.`);
  }
  const oldLdap = objectOf(objectOf(catalog['processors'])['ldapOrg']);
  for (const [i, value] of listOf(oldLdap['providers']).entries()) {
    providers['ldap'] = { ...objectOf(providers['ldap']), [i === 0 ? 'default' : `default-${i}`]: value };
    say('providers', 'catalog.processors.ldapOrg', 'adjusted', 'It is catalog.providers.ldap now.');
  }
  for (const name of Object.keys(objectOf(catalog['processors'])))
    if (name !== 'ldapOrg') say('providers', `catalog.processors.${name}`, 'left out', 'There are no processors to configure.');
  if (Object.keys(providers).length > 0) ours['providers'] = providers;

  const orphans = catalog['orphanStrategy'];
  if (orphans === 'keep' || orphans === 'delete') {
    ours['orphans'] = orphans === 'keep' ? 'keep' : 'remove';
    say('settings', 'catalog.orphanStrategy', 'imported');
  }
  if (catalog['processingInterval'] !== undefined) {
    const interval = pollIntervalOf(catalog['processingInterval']);
    if (interval !== undefined) ours['pollInterval'] = interval;
    say(
      'settings',
      'catalog.processingInterval',
      interval === undefined ? 'left out' : 'adjusted',
      interval === undefined ? 'It is no duration; sources are heard when they change.' : `It is catalog.pollInterval now, ${interval}.`,
    );
  }
  if (catalog['readonly'] === true) say('settings', 'catalog.readonly', 'left out', 'Who may register sources is a matter of permissions.');

  const allow = listOf(objectOf(objectOf(app['backend'])['reading'])['allow']).map(objectOf);
  if (allow.length > 0) {
    ours['reading'] = {
      allow: allow.map(({ host, paths }) => ({ ...(host === undefined ? {} : { host }), ...(paths === undefined ? {} : { paths }) })),
    };
    say('settings', 'backend.reading.allow', 'imported');
  }

  const integrations: Record<string, Json> = {};
  for (const [type, value] of Object.entries(objectOf(app['integrations']))) {
    if (integrationTypes.includes(type) && Array.isArray(value)) integrations[type] = value;
    else say('integrations', `integrations.${type}`, 'left out', `There is no integration ${type}; known: ${integrationTypes.join(', ')}.`);
  }
  for (const [type, value] of Object.entries(integrations))
    for (const one of listOf(value))
      say('integrations', `${type} ${String(objectOf(one)['host'] ?? defaultHost[type] ?? '')}`.trim(), 'imported');

  const name = objectOf(app['organization'])['name'];
  if (typeof name === 'string') say('settings', 'organization.name', 'imported');
  for (const key of Object.keys(app)) {
    const why = elsewhere[key];
    if (why !== undefined) say('settings', key, 'left out', why);
  }
  return {
    settings: {
      ...(typeof name === 'string' ? { organization: { name } } : {}),
      catalog: ours,
      ...(Object.keys(integrations).length === 0 ? {} : { integrations }),
    },
    lines,
  };
}

const defaultHost: Readonly<Record<string, string>> = {
  github: 'github.com',
  gitlab: 'gitlab.com',
  bitbucketCloud: 'bitbucket.org',
  azure: 'dev.azure.com',
};
