import { fileURLToPath } from 'node:url';
import { Argument, type Command } from 'commander';
import type { CliContext } from '@paved/client';
import { bashScript, fishScript, zshScript } from './completion-scripts.ts';
import { completedCommands } from './completion-words.ts';
import { printValues } from './complete-values.ts';

/** `paved completion bash|zsh|fish`: a script made from the commands themselves; and the names that it asks the server for. */
export function addCompletion(program: Command, cli: CliContext): void {
  program
    .command('completion')
    .description('print a completion script for your shell')
    .addArgument(new Argument('<shell>', 'your shell').choices(['bash', 'zsh', 'fish']))
    .action((shell: string) => {
      const script = { bash: bashScript, zsh: zshScript, fish: fishScript }[shell] ?? bashScript;
      // By full path: `paved` may be an alias, which scripts do not see.
      const self = [process.execPath, fileURLToPath(new URL('main.ts', import.meta.url))].map(
        (part) => `'${part.replaceAll("'", "'\\''")}'`,
      );
      console.log(script(completedCommands(program), self.join(' ')));
    });
  program.command('complete-values <what>', { hidden: true }).action((what: string) => printValues(cli, what));
}
