import { z } from 'zod';
import { roles } from '@paved/kernel';

const port = z.number().int().min(0).max(65_535);
const duration = z.string().regex(/^(\d+(\.\d+)?(ms|s|m|h|d))+$/, 'a duration such as 30s, 5m or 2h');

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
  catalog: z
    .strictObject({
      locations: z
        .array(z.strictObject({ type: z.enum(['file', 'directory', 'git', 'url']), target: z.string().min(1) }))
        .default([])
        .describe('Sources read at start and watched.'),
    })
    .prefault({}),
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
