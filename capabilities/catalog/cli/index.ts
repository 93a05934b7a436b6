import type { Command } from 'commander';
import type { CliContext } from '@paved/client';
import { registerDoctor } from './doctor.ts';
import { registerGraph } from './graph-commands.ts';
import { registerHistory } from './history-commands.ts';
import { registerKinds } from './kinds-commands.ts';
import { registerReading } from './reading-commands.ts';
import { registerSources } from './source-commands.ts';
import { registerWriting } from './writing-commands.ts';

/** `paved catalog …`. */
export function register(program: Command, cli: CliContext): void {
  const command = program.command('catalog').description('what exists: services, APIs, resources, teams and people');
  registerReading(command, cli);
  registerWriting(command, cli);
  registerSources(command, cli);
  registerGraph(command, cli);
  registerHistory(command, cli);
  registerKinds(command, cli);
  registerDoctor(command, cli);
}
