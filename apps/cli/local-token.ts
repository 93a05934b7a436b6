import os from 'node:os';
import { auditMigrations, openAudit } from '@paved/audit/server';
import { createLocalAdministratorToken } from '@paved/access/server';
import type { CliContext } from '@paved/client';
import { createLogger, withLocalDatabase } from '@paved/host';
import { configFromArguments } from '@paved/server';

/** An administrator's token for whoever can read the data directory; works beside a running server and without one. */
export const administratorToken: CliContext['local']['administratorToken'] = async ({ data, config: file, name, expiresInMs }) => {
  const { config } = configFromArguments([
    ...(data === undefined ? [] : ['--data', data]),
    ...(file === undefined ? [] : ['--config', file]),
  ]);
  const log = createLogger({ level: 'warn', write: (line) => void process.stderr.write(line) });
  return withLocalDatabase(config, log, (databaseUrl) =>
    createLocalAdministratorToken({
      databaseUrl,
      log,
      openAudit,
      auditMigrations,
      osUser: os.userInfo().username,
      ...(name === undefined ? {} : { name }),
      ...(expiresInMs === undefined ? {} : { expiresInMs }),
    }),
  );
};
