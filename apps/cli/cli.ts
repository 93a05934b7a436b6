import { Command, CommanderError, Option } from 'commander';
import { ApiError, type CliContext } from '@paved/client';
import { isPavedError, messageOf } from '@paved/kernel';
import packageJson from '../../package.json' with { type: 'json' };
import { addCapabilityCommands } from './capabilities.ts';
import { addCompletion } from './completion.ts';
import { addConfigCommand } from './config.ts';
import { createCliContext } from './context.ts';

/** Exit codes: 0 done, 1 failed, 2 called wrongly, 3 not signed in, 4 not allowed, 5 not found, 130 interrupted. */
export const exitCodes = { done: 0, failed: 1, usage: 2, unauthenticated: 3, forbidden: 4, notFound: 5, interrupted: 130 } as const;

/** The whole command tree. */
export function createProgram(signal: AbortSignal): { program: Command; cli: CliContext } {
  const program = new Command('paved')
    .description('The developer platform from the command line.')
    .version(packageJson.version)
    .option('--server <url>', 'Paved server (default: PAVED_SERVER, else the one of the last sign-in, else http://127.0.0.1:7420)')
    .addOption(new Option('-o, --output <format>', 'how results are printed').choices(['table', 'json', 'yaml']).default('table'))
    .showHelpAfterError('Run the command with --help to see how it is called.')
    .showSuggestionAfterError()
    .enablePositionalOptions()
    .exitOverride();
  const cli = createCliContext(program, signal);
  program
    .command('up')
    .description('start the server (the same as npm start)')
    .option('--data <dir>', 'data directory')
    .option('--port <n>', 'port; 0 picks a free one')
    .option('--host <address>', 'address to listen on')
    .option('--config <file>', 'configuration file')
    .action(async (options: Record<string, string>) => {
      const { up } = await import('@paved/server');
      await up(Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]));
      await new Promise(() => {});
    });
  addCapabilityCommands(program, cli);
  addConfigCommand(program, cli);
  program
    .command('doctor')
    .description('check this machine, the configuration and the server')
    .option('--data <dir>', 'data directory')
    .option('--config <file>', 'configuration file')
    .action(async (options: { data?: string; config?: string }) => (await import('./doctor.ts')).examine(cli, options));
  addCompletion(program);
  inheritSettings(program);
  return { program, cli };
}

/** Runs one command line; gives the exit code. */
export async function runCli(args: readonly string[]): Promise<number> {
  const interrupt = new AbortController();
  process.once('SIGINT', () => interrupt.abort());
  const { program, cli } = createProgram(interrupt.signal);
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCodes.done;
  } catch (error) {
    return explain(error, cli.format, interrupt.signal.aborted);
  }
}

/** Every command also takes `-o` and `--server` behind its own name. */
function inheritSettings(program: Command): void {
  const visit = (command: Command): void => {
    for (const child of command.commands) {
      child.exitOverride();
      const own = child.options.map((option) => option.long);
      if (!own.includes('--output'))
        child.addOption(new Option('-o, --output <format>', 'how results are printed').choices(['table', 'json', 'yaml']));
      if (!own.includes('--server')) child.addOption(new Option('--server <url>', 'Paved server'));
      child.hook('preAction', (_parent, action) => {
        const { output, server } = action.opts<{ output?: string; server?: string }>();
        if (output !== undefined) program.setOptionValue('output', output);
        if (server !== undefined) program.setOptionValue('server', server);
      });
      visit(child);
    }
  };
  visit(program);
}

/** One sentence, how to fix it, and the exit code. */
function explain(error: unknown, format: string, interrupted: boolean): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  if (interrupted) return exitCodes.interrupted;
  if (error instanceof ApiError) {
    const { problem } = error;
    if (format === 'json') console.error(JSON.stringify(problem));
    else {
      console.error(problem.detail);
      for (const { at, message } of problem.problems ?? []) if (!problem.detail.includes(message)) console.error(`  ${at}: ${message}`);
      if (problem.status === 401) console.error('Sign in with: paved login');
      else if (problem.fix !== undefined) console.error(problem.fix);
    }
    return problem.status === 401
      ? exitCodes.unauthenticated
      : problem.status === 403
        ? exitCodes.forbidden
        : problem.status === 404
          ? exitCodes.notFound
          : exitCodes.failed;
  }
  console.error(messageOf(error));
  if (isPavedError(error) && error.fix !== undefined) console.error(error.fix);
  if (!isPavedError(error) && process.env['PAVED_DEBUG'] !== undefined) console.error(error);
  return exitCodes.failed;
}
