import { Command, Option } from 'commander';
import type { CliContext } from '@paved/client';
import packageJson from '../../package.json' with { type: 'json' };
import { addCapabilityCommands } from './capabilities.ts';
import { addCompletion } from './completion.ts';
import { addConfigCommand } from './config.ts';
import { createCliContext } from './context.ts';
import { exitCodes, explain } from './explain.ts';
import { arrangeHelp, subcommandTerm } from './help.ts';

/** The whole command tree. */
export function createProgram(signal: AbortSignal): { program: Command; cli: CliContext } {
  const program = new Command('paved')
    .description('The developer platform from the command line.')
    .version(packageJson.version)
    .option('--server <url>', 'Paved server (default: PAVED_SERVER, else the one of the last sign-in, else http://127.0.0.1:7420)')
    .addOption(new Option('-o, --output <format>', 'how results are printed').choices(['table', 'json', 'yaml']).default('table'))
    .showHelpAfterError('See how it is called with --help.')
    .configureHelp({ subcommandTerm })
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
  addCompletion(program, cli);
  arrangeHelp(program);
  return { program, cli };
}

/** A command that does not notice Ctrl-C is ended after this long; a second Ctrl-C ends it at once. */
const STOP_MS = 2_000;

/** Runs one command line; gives the exit code. */
export async function runCli(args: readonly string[]): Promise<number> {
  const interrupt = new AbortController();
  const serves = args[0] === 'up';
  process.once('SIGINT', () => {
    interrupt.abort();
    // The server stops in its own order, and says so itself.
    if (!serves) setTimeout(() => process.exit(exitCodes.interrupted), STOP_MS).unref();
  });
  // Whoever reads has seen enough: `paved catalog list | head`.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? exitCodes.done : exitCodes.failed));
  const { program, cli } = createProgram(interrupt.signal);
  try {
    // Somebody who says nothing asks what there is.
    await program.parseAsync(args.length === 0 ? ['--help'] : withoutVainHelp(program, args), { from: 'user' });
    // A command that did its work may still have found something, and says so by process.exitCode.
    return interrupt.signal.aborted ? exitCodes.interrupted : Number(process.exitCode ?? exitCodes.done);
  } catch (error) {
    if (process.env['PAVED_DEBUG'] !== undefined) console.error(error);
    return explain(error, {
      format: cli.format,
      interrupted: interrupt.signal.aborted,
      tokenFrom: process.env['PAVED_TOKEN'] === undefined ? 'sign-in' : 'PAVED_TOKEN',
      write: (text) => console.error(text),
    });
  }
}

/** `paved servcie --help` is a mistyped command, not a question about paved: without its --help it is answered as one. */
export function withoutVainHelp(program: Command, args: readonly string[]): readonly string[] {
  let command = program;
  for (const [i, arg] of args.entries()) {
    if (command.commands.length === 0) return args;
    // Neither is the value of an option that stands before the command.
    if (arg.startsWith('-') || ['-o', '--output', '--server'].includes(args[i - 1] ?? '')) continue;
    const next = command.commands.find((child) => child.name() === arg || child.aliases().includes(arg));
    if (next === undefined) return arg === 'help' ? args : args.filter((one) => one !== '--help' && one !== '-h');
    command = next;
  }
  return args;
}
