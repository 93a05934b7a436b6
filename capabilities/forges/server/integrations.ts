import { PavedError } from '@paved/kernel';
import type { Config } from '@paved/host';
import type { Integration } from '../index.ts';

type Configured = Config['integrations'];

/** Everything below `integrations`, with defaults filled in. Throws `invalid` when a host is named twice. */
export function integrationsOf(configured: Configured): Integration[] {
  const all = [
    ...configured.github.map(github),
    ...configured.gitlab.map(gitlab),
    ...configured.gitea.map(gitea),
    ...configured.bitbucketCloud.map(bitbucket),
    ...configured.azure.map(azure),
  ];
  const seen = new Map<string, Integration>();
  for (const integration of all) {
    const other = seen.get(integration.host);
    if (other !== undefined)
      throw new PavedError(
        'invalid',
        `${integration.host} stands twice in the configuration: integrations.${other.type} and integrations.${integration.type}.`,
        {
          fix: 'Keep one of them.',
        },
      );
    seen.set(integration.host, integration);
  }
  return all;
}

interface Common {
  readonly host: string;
  readonly apiBaseUrl?: string | undefined;
  readonly baseUrl?: string | undefined;
  readonly token?: string | undefined;
  readonly webhookSecret?: string | readonly string[] | undefined;
}

const trimmed = (url: string): string => url.replace(/\/+$/, '');

const common = (type: Integration['type'], configured: Common, api: (webUrl: string) => string): Integration => {
  const webUrl = trimmed(configured.baseUrl ?? `https://${configured.host}`);
  return {
    type,
    host: configured.host.toLowerCase(),
    webUrl,
    apiUrl: trimmed(configured.apiBaseUrl ?? api(webUrl)),
    ...(configured.token === undefined ? {} : { token: configured.token }),
    webhookSecrets: configured.webhookSecret === undefined ? [] : [configured.webhookSecret].flat(),
  };
};

function github(configured: Configured['github'][number]): Integration {
  const base = common('github', configured, (web) => (configured.host === 'github.com' ? 'https://api.github.com' : `${web}/api/v3`));
  const apps = configured.apps ?? [];
  return {
    ...base,
    webhookSecrets: [...base.webhookSecrets, ...apps.flatMap((app) => (app.webhookSecret === undefined ? [] : [app.webhookSecret]))],
    ...(apps.length === 0
      ? {}
      : {
          apps: apps.map((app) => ({
            appId: app.appId,
            privateKey: app.privateKey,
            ...(app.allowedInstallationOwners === undefined ? {} : { allowedInstallationOwners: app.allowedInstallationOwners }),
          })),
        }),
  };
}

const gitlab = (configured: Configured['gitlab'][number]): Integration => common('gitlab', configured, (web) => `${web}/api/v4`);

const gitea = (configured: Configured['gitea'][number]): Integration => ({
  ...common('gitea', configured, (web) => `${web}/api/v1`),
  ...(configured.username === undefined ? {} : { username: configured.username }),
  ...(configured.password === undefined ? {} : { password: configured.password }),
});

const bitbucket = (configured: Configured['bitbucketCloud'][number]): Integration => {
  const password = configured.appPassword ?? (configured.username === undefined ? undefined : configured.token);
  return {
    ...common('bitbucketCloud', configured, () => 'https://api.bitbucket.org/2.0'),
    ...(configured.username === undefined ? {} : { username: configured.username }),
    ...(password === undefined ? {} : { password }),
  };
};

const azure = (configured: Configured['azure'][number]): Integration => {
  const token = configured.token ?? configured.credentials?.[0]?.personalAccessToken;
  const organizations = configured.credentials?.flatMap((one) => one.organizations ?? []) ?? [];
  return { ...common('azure', { ...configured, token }, (web) => web), ...(organizations.length === 0 ? {} : { organizations }) };
};
