import type { CliContext } from '@paved/client';

/** An administrator's token for whoever can read the data directory; works beside a running server and without one. */
export const administratorToken: CliContext['local']['administratorToken'] = async ({ data, config: file, name, expiresInMs }) => {
  // The server's code is only loaded for this: other commands start in a blink without it.
  const [
    { auditMigrations, openAudit },
    { createLocalAdministratorToken },
    { createLogger, withLocalDatabase },
    { configFromArguments },
    os,
  ] = await Promise.all([
    import('@paved/audit/server'),
    import('@paved/access/server'),
    import('@paved/host'),
    import('@paved/server'),
    import('node:os'),
  ]);
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
