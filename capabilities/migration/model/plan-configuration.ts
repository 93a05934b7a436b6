import type { Json, JsonObject } from '@paved/kernel';
import type { ImportLine } from './import-line.ts';
import { whyNoBackend, whyNoCatalogSetting, whyNoIntegration, whyNoLocationType, whyNoProvider, whyNoSection } from './left-out.ts';
import { pollIntervalOf } from './poll-interval.ts';

/** What an app-config becomes: sections for `paved.yaml`, and a line for each thing that was looked at. */
export interface ConfigurationPlan {
  readonly settings: JsonObject;
  readonly lines: readonly ImportLine[];
  /** The line about a part of the settings: what is taken out again has not come over. */
  readonly about: ReadonlyMap<Json, ImportLine>;
}

export interface PlanOptions {
  /** Where a `file:` target stands, as an absolute path; undefined when there is no such file. */
  readonly fileAt: (target: string) => string | undefined;
}

const objectOf = (value: Json | undefined): JsonObject =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? value : {};
const listOf = (value: Json | undefined): Json[] => (Array.isArray(value) ? value : []);

const integrationTypes = ['github', 'gitlab', 'gitea', 'bitbucketCloud', 'azure'];
const providerTypes = ['github', 'githubOrg', 'gitlab', 'gitea', 'giteaOrg', 'bitbucketCloud', 'azureDevOps', 'ldap', 'ldapOrg'];
/** Settings of the catalog that have their own part below. */
const catalogSettings = new Set(['locations', 'rules', 'providers', 'processors', 'orphanStrategy', 'processingInterval']);

/** Turns a merged app-config (references such as `${NAME}` left in place) into settings of Paved. */
export function planConfiguration(app: JsonObject, { fileAt }: PlanOptions): ConfigurationPlan {
  const lines: ImportLine[] = [];
  const about = new Map<Json, ImportLine>();
  const say = (area: ImportLine['area'], what: string, outcome: ImportLine['outcome'], why?: string): ImportLine => {
    const line: ImportLine = { area, what, outcome, ...(why === undefined ? {} : { why }) };
    lines.push(line);
    return line;
  };
  const catalog = objectOf(app['catalog']);
  const ours: Record<string, Json> = {};

  const locations = listOf(catalog['locations']).flatMap((entry): JsonObject[] => {
    const { type, target, rules } = objectOf(entry);
    if (typeof type !== 'string' || typeof target !== 'string') {
      say('locations', JSON.stringify(entry), 'left out', 'It has no type and target; write both.');
      return [];
    }
    const allowed = rules === undefined ? {} : { rules };
    const what = `${type}:${target}`;
    if (type === 'url') {
      const taken = { type, target, ...allowed };
      about.set(taken, say('locations', what, 'imported'));
      return [taken];
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
      const taken = { type, target: found, ...allowed };
      about.set(
        taken,
        found === target ? say('locations', what, 'imported') : say('locations', what, 'adjusted', `It stands at ${found}.`),
      );
      return [taken];
    }
    say('locations', what, 'left out', whyNoLocationType(type));
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
      const line = say('providers', `catalog.providers.${type}`, 'imported');
      // One provider without an id, or one of its kind: what is left out then is all there was.
      about.set(value, line);
      const [only, ...others] = Array.isArray(value) ? value : Object.values(objectOf(value));
      if (only !== undefined && others.length === 0) about.set(only, line);
    } else say('providers', `catalog.providers.${type}`, 'left out', whyNoProvider(type));
  }
  const oldLdap = objectOf(objectOf(catalog['processors'])['ldapOrg']);
  for (const [i, value] of listOf(oldLdap['providers']).entries()) {
    providers['ldap'] = { ...objectOf(providers['ldap']), [i === 0 ? 'default' : `default-${i}`]: value };
    say('providers', 'catalog.processors.ldapOrg', 'adjusted', 'It is catalog.providers.ldap now.');
  }
  for (const name of Object.keys(objectOf(catalog['processors'])))
    if (name !== 'ldapOrg') say('providers', `catalog.processors.${name}`, 'left out', 'There are no processors to configure.');
  for (const name of Object.keys(catalog))
    if (!catalogSettings.has(name)) say('settings', `catalog.${name}`, 'left out', whyNoCatalogSetting(name));
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

  const allow = listOf(objectOf(objectOf(app['backend'])['reading'])['allow']).map(objectOf);
  if (allow.length > 0) {
    ours['reading'] = {
      allow: allow.map(({ host, paths }) => ({ ...(host === undefined ? {} : { host }), ...(paths === undefined ? {} : { paths }) })),
    };
    say('settings', 'backend.reading.allow', 'imported');
  }
  for (const name of Object.keys(objectOf(app['backend'])))
    if (name !== 'reading') say('settings', `backend.${name}`, 'left out', whyNoBackend(name));

  const integrations: Record<string, Json> = {};
  for (const [type, value] of Object.entries(objectOf(app['integrations']))) {
    if (!integrationTypes.includes(type)) say('integrations', `integrations.${type}`, 'left out', whyNoIntegration(type));
    else if (!Array.isArray(value))
      say('integrations', `integrations.${type}`, 'left out', 'It is no list; write one entry for each host.');
    else if (value.length > 0) integrations[type] = value;
  }
  for (const [type, value] of Object.entries(integrations))
    for (const one of listOf(value))
      about.set(one, say('integrations', `${type} ${String(objectOf(one)['host'] ?? defaultHost[type] ?? '')}`.trim(), 'imported'));

  const name = objectOf(app['organization'])['name'];
  if (typeof name === 'string') say('settings', 'organization.name', 'imported');
  for (const key of Object.keys(app))
    if (!['organization', 'catalog', 'backend', 'integrations'].includes(key)) say('settings', key, 'left out', whyNoSection(key));
  return {
    settings: {
      ...(typeof name === 'string' ? { organization: { name } } : {}),
      catalog: ours,
      ...(Object.keys(integrations).length === 0 ? {} : { integrations }),
    },
    lines,
    about,
  };
}

const defaultHost: Readonly<Record<string, string>> = {
  github: 'github.com',
  gitlab: 'gitlab.com',
  bitbucketCloud: 'bitbucket.org',
  azure: 'dev.azure.com',
};
