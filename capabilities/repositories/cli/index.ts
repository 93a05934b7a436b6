import type { Command } from 'commander';
import type { CliContext } from '@paved/client';
import { registerPullRequests } from './pull-request-commands.ts';
import { registerRepositories } from './repository-commands.ts';

/** `paved repo …` and `paved pr …`. */
export function register(program: Command, cli: CliContext): void {
  registerRepositories(program, cli);
  registerPullRequests(program, cli);
}
