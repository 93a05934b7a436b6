import { z } from 'zod';

const secret = (description: string) => z.string().min(1).describe(description).meta({ secret: true });
const host = z
  .string()
  .regex(/^[a-z0-9.-]+(:\d+)?$/i, 'a host name such as github.com')
  .describe('Host of its web addresses.');
const webhookSecret = z
  .union([secret('Secret that webhooks are signed with.'), z.array(secret('One of several secrets, while one replaces another.')).min(1)])
  .optional();
const common = {
  apiBaseUrl: z.url().optional().describe('Root of its API; derived from the host when left out.'),
  baseUrl: z.url().optional().describe('Root of its pages; https://<host> when left out.'),
  webhookSecret,
  commitSigningKey: secret('Taken over from Backstage; commits are made through the API.').optional(),
};

const githubApp = z.strictObject({
  appId: z.coerce.number().int().positive().describe('Number of the GitHub App.'),
  privateKey: secret('PEM text of the App’s private key.'),
  clientId: z.string().optional().describe('Not needed here; accepted as Backstage has it.'),
  clientSecret: secret('Not needed here; accepted as Backstage has it.').optional(),
  webhookSecret: secret('Secret of the App’s webhook.').optional(),
  allowedInstallationOwners: z.array(z.string()).optional().describe('Only installations of these owners are used.'),
  publicAccess: z.boolean().optional(),
});

const login = {
  username: z.string().optional().describe('Account of the password or API token.'),
  password: secret('Password or API token of the account.').optional(),
};

/** Forges that the platform may talk to, in Backstage's shape. */
export const integrationsSchema = z.strictObject({
  github: z
    .array(
      z.strictObject({
        host: host.default('github.com'),
        ...common,
        rawBaseUrl: z.url().optional(),
        token: secret('Personal access token.').optional(),
        apps: z.array(githubApp).optional(),
      }),
    )
    .default([])
    .describe('GitHub and GitHub Enterprise Server.'),
  gitlab: z
    .array(
      z.strictObject({
        host: host.default('gitlab.com'),
        ...common,
        token: secret('Access token with read_api; api and write_repository to open merge requests.').optional(),
        retry: z.looseObject({}).optional(),
      }),
    )
    .default([])
    .describe('GitLab.'),
  gitea: z
    .array(
      z.strictObject({
        host,
        ...common,
        token: secret('Access token.').optional(),
        ...login,
      }),
    )
    .default([])
    .describe('Gitea and Forgejo.'),
  bitbucketCloud: z
    .array(
      z.strictObject({
        host: host.default('bitbucket.org'),
        ...common,
        username: z.string().optional().describe('Account of the app password, or e-mail address of the API token.'),
        appPassword: secret('App password.').optional(),
        token: secret('Repository, workspace or API token.').optional(),
      }),
    )
    .default([])
    .describe('Bitbucket Cloud.'),
  azure: z
    .array(
      z.strictObject({
        host: host.default('dev.azure.com'),
        ...common,
        token: secret('Personal access token.').optional(),
        credentials: z
          .array(
            z.strictObject({
              organizations: z.array(z.string()).optional(),
              personalAccessToken: secret('Personal access token.'),
            }),
          )
          .optional(),
      }),
    )
    .default([])
    .describe('Azure DevOps.'),
});
