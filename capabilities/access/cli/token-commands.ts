import { InvalidArgumentError, type Command } from 'commander';
import { createToken, listTokens, revokeToken, type CliContext } from '@paved/client';
import { parseDuration, PavedError } from '@paved/kernel';

interface CreateOptions {
  readonly name?: string;
  readonly expires?: string;
  readonly user?: string;
  readonly local?: boolean;
  readonly admin?: boolean;
  readonly data?: string;
  readonly config?: string;
}

/** `paved token create|list|revoke`. */
export function addTokenCommands(program: Command, cli: CliContext): void {
  const token = program.command('token').description('personal API tokens');
  token
    .command('create')
    .description('make a token; it is shown once')
    .option('--name <name>', 'what it is for')
    .option('--expires <duration>', 'how long it works, such as 90d (default: until revoked)', checkedDuration)
    .option('--user <ref>', 'for somebody else (administrators)')
    .option('--local', 'without a sign-in, from the data directory on this machine')
    .option('--admin', 'with --local: an administrator’s token')
    .option('--data <dir>', 'with --local: the data directory')
    .option('--config <file>', 'with --local: the configuration file')
    .action(async (options: CreateOptions) => {
      const made = options.local === true ? await locally(cli, options) : await remotely(cli, options);
      cli.show(made, [
        ['id', made.id],
        ['token', made.token],
      ]);
      cli.say('It is not shown again.');
    });
  token
    .command('list')
    .description('your tokens')
    .option('--all', 'everybody’s (administrators)')
    .action(async (options: { all?: boolean }) => {
      const { items } = await cli.api.call(listTokens, { query: { all: options.all === true ? 'true' : undefined } });
      cli.list(items, [
        { header: 'id', value: (item) => item.id },
        { header: 'name', value: (item) => item.name },
        { header: 'user', value: (item) => item.userRef },
        { header: 'created', value: (item) => item.createdAt },
        { header: 'expires', value: (item) => item.expiresAt ?? 'never' },
        { header: 'last used', value: (item) => item.lastUsedAt ?? 'never' },
      ]);
    });
  token
    .command('revoke <id>')
    .description('revoke a token')
    .action(async (id: string) => {
      await cli.api.call(revokeToken, { path: { id } });
      cli.say(`${id} is revoked.`);
    });
}

async function locally(cli: CliContext, options: CreateOptions): Promise<{ id: string; token: string }> {
  if (options.admin !== true) throw new PavedError('invalid', '--local makes administrators’ tokens only.', { fix: 'Add --admin.' });
  return cli.local.administratorToken({
    ...(options.data === undefined ? {} : { data: options.data }),
    ...(options.config === undefined ? {} : { config: options.config }),
    ...(options.name === undefined ? {} : { name: options.name }),
    ...(options.expires === undefined ? {} : { expiresInMs: parseDuration(options.expires) }),
  });
}

async function remotely(cli: CliContext, options: CreateOptions): Promise<{ id: string; token: string }> {
  if (options.name === undefined) throw new PavedError('invalid', 'The token needs a name.', { fix: 'Say what it is for with --name.' });
  return cli.api.call(createToken, { body: { name: options.name, expiresIn: options.expires, userRef: options.user } });
}

function checkedDuration(value: string): string {
  try {
    parseDuration(value);
    return value;
  } catch {
    throw new InvalidArgumentError('Write it as 12h, 30d or 90d.');
  }
}
