import { z } from 'zod';
import { roles } from '@paved/kernel';
import { integrationsSchema } from './integrations.ts';
import { providersSchema } from './provider-settings.ts';

const allowedKind = z.union([z.string().min(1), z.strictObject({ kind: z.string().min(1), 'spec.type': z.string().min(1).optional() })]);
const port = z.number().int().min(0).max(65_535);
const duration = z.string().regex(/^(\d+(\.\d+)?(ms|s|m|h|d))+$/, 'a duration such as 30s, 5m or 2h');

/** How one host is spoken with over ssh; what is left out is taken from the server's own user. */
const sshSchema = z.strictObject({
  key: z
    .string()
    .regex(/^\s*-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----/, 'the text of a private key: write { $file: /path/of/the/key }')
    .describe('Private key without a passphrase that repositories are read with; absent: the keys and the agent of the server’s user.')
    .meta({ secret: true })
    .optional(),
  knownHosts: z
    .string()
    .regex(/^(?!-)[^\s#].*\s\S+\s+AAAA/m, 'lines as ssh-keyscan prints them: git.acme.example ssh-ed25519 AAAA…')
    .describe('Host keys that are trusted; absent: the known_hosts of the server’s user.')
    .optional(),
});

/** Everything `paved.yaml`, the environment (`PAVED_<SECTION>_<KEY>`) and flags can set. Keys are documented by `describe`. */
export const configSchema = z.strictObject({
  organization: z
    .strictObject({
      name: z.string().min(1).default('Paved').describe('Shown in the portal and in greetings.'),
    })
    .prefault({}),
  server: z
    .strictObject({
      host: z.string().default('127.0.0.1').describe('Address the server listens on.'),
      port: port.default(7420).describe('Port of portal and API; 0 picks a free one.'),
      baseUrl: z.url().optional().describe('Where people reach the portal, when a proxy stands in front.'),
      ingressPort: port.default(7480).describe('Port of the built-in ingress for services; 0 picks a free one.'),
      bodyLimitMb: z.number().positive().max(1024).default(10).describe('Largest request body, in MiB.'),
      tryItOrigins: z
        .array(
          z.string().regex(/^https?:\/\/(\*\.)?[a-z0-9.-]+(:(\d{1,5}|\*))?$/i, 'Write an origin, for example https://api.example.org.'),
        )
        .default([])
        .describe('Servers of APIs that the browser may call from "Try it", besides this one; each has to allow it too (CORS).'),
      requestTimeout: duration.default('60s').describe('Longest time a request may take.'),
    })
    .prefault({}),
  data: z
    .strictObject({
      directory: z.string().min(1).default('.paved').describe('Where repositories, keys, workspaces and the embedded database live.'),
      minimumFreeMb: z.number().nonnegative().default(256).describe('Below this much free disk, writes are refused with 507.'),
    })
    .prefault({}),
  database: z
    .strictObject({
      url: z
        .string()
        .optional()
        .describe('PostgreSQL connection string; also DATABASE_URL. Without it an embedded server is started.')
        .meta({ secret: true }),
      poolSize: z.number().int().min(2).max(200).default(10).describe('Connections each server process may hold.'),
    })
    .prefault({}),
  log: z
    .strictObject({
      level: z.enum(['trace', 'debug', 'info', 'warn', 'error']).default('info').describe('Least severe record that is written.'),
      format: z.enum(['json', 'pretty', 'auto']).default('auto').describe('`auto` is pretty at a terminal, JSON otherwise.'),
    })
    .prefault({}),
  editing: z
    .strictObject({
      folders: z
        .array(z.string().min(1))
        .default([])
        .describe('Folders of the server whose catalog files administrators may change in the portal.'),
    })
    .prefault({}),
  catalog: z
    .strictObject({
      locations: z
        .array(
          z.strictObject({
            type: z.enum(['file', 'directory', 'git', 'url']),
            target: z.string().min(1),
            rules: z.array(z.strictObject({ allow: z.array(allowedKind).min(1) })).optional(),
          }),
        )
        .default([])
        .describe('Sources read at start and watched; `rules` of one say which kinds it may hold beside what catalog.rules allows.'),
      providers: providersSchema.prefault({}),
      history: z
        .strictObject({
          keep: z
            .union([duration, z.literal('forever')])
            .default('400d')
            .describe('How long old versions of entities stay: a duration such as 400d, or forever.'),
        })
        .prefault({}),
      removals: z
        .strictObject({
          share: z
            .number()
            .min(0)
            .max(1)
            .default(0.2)
            .describe('A sync that would remove more than this share of a source waits for a person…'),
          count: z.number().int().min(1).default(10).describe('…when it is at least so many entities.'),
        })
        .prefault({}),
      rules: z
        .array(
          z.strictObject({
            allow: z.array(allowedKind).min(1),
            locations: z
              .array(
                z
                  .strictObject({
                    type: z.string().optional(),
                    exact: z.string().optional(),
                    pattern: z.string().optional(),
                    target: z.string().optional(),
                  })
                  .refine((l) => l.exact === undefined || l.pattern === undefined, 'either exact or pattern, not both'),
              )
              .optional(),
          }),
        )
        .optional()
        .describe(
          'Which kinds sources may hold, as in Backstage: an entity is taken when one rule allows it. Without rules all kinds are.',
        ),
      reading: z
        .strictObject({
          allow: z
            .array(
              z.strictObject({
                host: z
                  .string()
                  .regex(
                    /^(\*\.)?([\w.-]+|\[[\da-f:]+\])(:\d+)?$/i,
                    'a host such as git.acme.example, git.acme.example:8443 or *.acme.example',
                  ),
                paths: z.array(z.string().startsWith('/')).min(1).optional(),
                ssh: sshSchema.optional(),
              }),
            )
            .default([])
            .describe(
              'Hosts whose addresses may be read although they stand inside the network; `paths` narrows one, `ssh` says with which key and host keys its repositories are read over ssh.',
            ),
          unlisted: z
            .boolean()
            .default(true)
            .describe('Whether hosts of the open internet may be read that catalog.reading.allow does not name.'),
          timeout: duration.default('20s').describe('Longest time of reading one address; a Git repository may take ten times as long.'),
          maxMb: z.number().positive().max(100).default(8).describe('Largest file read, in MiB.'),
          maxRepositoryMb: z.number().positive().default(512).describe('Most that is fetched of one Git repository, in MiB.'),
        })
        .prefault({}),
      pollInterval: duration
        .default('5m')
        .describe('How often addresses and repositories are asked whether they changed; pushes are heard at once.'),
      orphans: z
        .enum(['keep', 'remove'])
        .default('remove')
        .describe('What becomes of entities that no source names any more: kept with the annotation backstage.io/orphan, or removed.'),
    })
    .prefault({}),
  integrations: integrationsSchema.prefault({}),
  repositories: z
    .strictObject({
      pushLimitMb: z.number().positive().default(100).describe('Largest push, in MiB.'),
    })
    .prefault({}),
  pipelines: z
    .strictObject({
      concurrency: z.number().int().min(1).default(2).describe('Pipelines that run at once on each server.'),
      timeout: duration.default('15m').describe('Longest time of one pipeline step.'),
      memoryMb: z.number().int().positive().default(1024).describe('Memory limit of one pipeline step.'),
      outputLimitMb: z.number().positive().default(16).describe('Output kept of one step; a step that prints more is stopped.'),
    })
    .prefault({}),
  services: z
    .strictObject({
      databaseUrl: z
        .string()
        .optional()
        .describe(
          'Administrator connection to the PostgreSQL server that holds services’ databases; without it a separate embedded one is started.',
        )
        .meta({ secret: true }),
    })
    .prefault({}),
  ownership: z
    .strictObject({
      confirmEvery: duration.default('180d').describe('How long an owner’s confirmation holds; 0s asks nobody.'),
      answerWithin: duration.default('30d').describe('How long owners may take to answer before an entity counts as overdue.'),
    })
    .prefault({}),
  access: z
    .strictObject({
      demoSignIn: z
        .boolean()
        .default(false)
        .describe('Offers sign-in as one of the catalog’s people without a password. Only for demonstrations on one machine.'),
      roles: z
        .record(z.string().regex(/^(user|group):[^/]+\/.+$/, 'a user or group such as group:default/platform'), z.enum(roles))
        .default({})
        .describe('Roles by user or group; what is assigned in the portal wins for the same one.'),
    })
    .prefault({}),
});

/** The effective configuration. */
export type Config = z.infer<typeof configSchema>;
