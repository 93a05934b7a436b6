import type { Command } from 'commander';
import { getEnvironmentBoard, listVariables, removeVariable, setVariable, type CliContext } from '@paved/client';
import { valuesOf } from './variable-values.ts';

/** `paved env list|board|vars|set|unset`. */
export function addEnvCommands(program: Command, cli: CliContext): void {
  const env = program.command('env').description('environments, and what services are given in them');
  env
    .command('list')
    .description('environments in promotion order')
    .action(async () => {
      const board = await cli.api.call(getEnvironmentBoard);
      cli.list(board.environments, [
        { header: 'name', value: (e) => e.name },
        { header: 'title', value: (e) => e.title },
        { header: 'type', value: (e) => e.type },
        { header: 'promotes from', value: (e) => e.promotesFrom },
        {
          header: 'services',
          value: (e) =>
            Object.entries(e.counts)
              .map(([health, n]) => `${n} ${health}`)
              .join(', '),
        },
      ]);
    });
  env
    .command('board')
    .description('which version of which service runs where')
    .action(async () => {
      const board = await cli.api.call(getEnvironmentBoard);
      cli.list(board.services, [
        { header: 'service', value: (s) => s.title },
        ...board.environments.map((e) => ({
          header: e.name,
          value: (s: (typeof board.services)[number]) => {
            const cell = s.cells[e.name];
            if (cell?.version === undefined) return undefined;
            return `${cell.version} ${cell.health ?? ''}${cell.ahead > 0 ? ` (${cell.ahead} behind)` : ''}`;
          },
        })),
      ]);
    });
  env
    .command('vars <component>')
    .description('environment variables and secrets of a service; secrets without values')
    .option('-e, --env <name>', 'only of this environment')
    .action(async (component: string, options: { env?: string }) => {
      const { items } = await cli.api.call(listVariables, { query: { component, environment: options.env } });
      cli.list(
        items,
        [
          { header: 'environment', value: (v) => v.environment },
          { header: 'name', value: (v) => v.name },
          { header: 'value', value: (v) => v.value ?? `secret, version ${v.version}` },
          { header: 'changed', value: (v) => v.updatedAt },
          { header: 'by', value: (v) => v.updatedBy },
        ],
        `${component} has none${options.env === undefined ? '' : ` in ${options.env}`}. Set one with: paved env set ${component} NAME=value`,
      );
    });
  env
    .command('set <component> <assignments...>')
    .description('set variables of a service: NAME=value, or NAME alone to be asked for it or to read it from standard input')
    .option('-e, --env <name>', 'environment', 'dev')
    .option('--secret', 'keep the values sealed; nobody reads them back')
    .action(async (component: string, assignments: string[], options: { env: string; secret?: boolean }) => {
      // All are known before the first is set: a mistake in the third leaves nothing half done.
      for (const { name, value } of await valuesOf(cli, assignments, options.secret === true)) {
        await cli.api.call(setVariable, {
          body: { component, environment: options.env, name, value, secret: options.secret === true },
        });
        cli.say(`${name} is set in ${options.env}.`);
      }
      cli.say(`The next deployment picks it up: paved deploy ${component}${options.env === 'dev' ? '' : ` -e ${options.env}`}`);
    });
  env
    .command('unset <component> <names...>')
    .description('remove variables or secrets of a service')
    .option('-e, --env <name>', 'environment', 'dev')
    .action(async (component: string, names: string[], options: { env: string }) => {
      for (const name of names) {
        await cli.api.call(removeVariable, { query: { component, environment: options.env, name } });
        cli.say(`${name} is removed from ${options.env}; the running version keeps it until the next deployment.`);
      }
    });
}
