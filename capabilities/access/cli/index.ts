import type { Command } from 'commander';
import { getSession, type CliContext } from '@paved/client';
import { answerGit } from './git-credential.ts';
import { login, logout } from './login.ts';
import { addTokenCommands } from './token-commands.ts';

/** `paved login|logout|whoami`, `paved token …` and the credential helper that Git calls. */
export function register(program: Command, cli: CliContext): void {
  program
    .command('login')
    .description('sign in through the browser; git clone asks for nothing afterwards')
    .option('--with-token', 'read a personal token from standard input instead')
    .option('--no-git', 'leave Git’s configuration alone')
    .option('--no-browser', 'only print the address')
    .action((options: { withToken?: boolean; git: boolean; browser: boolean }) => login(cli, options));

  program
    .command('logout')
    .description('end the session and forget it here')
    .action(() => logout(cli));

  program
    .command('whoami')
    .description('who you are to the server')
    .action(async () => {
      const { actor } = await cli.api.call(getSession);
      cli.show({ server: cli.api.server, ...actor }, [
        ['name', actor.displayName],
        ['ref', actor.ref],
        ['role', actor.role],
        ['groups', actor.groups.join(', ') || '–'],
        ['token', actor.token],
        ['server', cli.api.server],
      ]);
    });

  addTokenCommands(program, cli);

  program.command('git-credential <operation>', { hidden: true }).action((operation: string) => answerGit(cli.settingsDir, operation));
}
