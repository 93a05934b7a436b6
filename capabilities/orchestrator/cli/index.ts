import { spawn } from 'node:child_process';
import type { Command } from 'commander';
import {
  createDeployment,
  getEnvironmentBoard,
  listWorkloads,
  planDeployment,
  promote,
  rollBack,
  type CliContext,
  type Deployment,
} from '@paved/client';
import { PavedError } from '@paved/kernel';
import { addEnvCommands } from './env-commands.ts';
import { followDeployment } from './follow.ts';
import { printLogs, type LogsOptions } from './logs.ts';
import { showPlan } from './show-plan.ts';

interface Place {
  readonly env: string;
  /** `false` with `--no-wait`. */
  readonly wait?: boolean;
}

/** `paved deploy|plan|rollback|promote|logs|open|env`. */
export function register(program: Command, cli: CliContext): void {
  const carryOut = async (started: Deployment, wait: boolean | undefined): Promise<void> => {
    if (wait !== false) return followDeployment(cli, started);
    cli.show(started, [
      ['deployment', started.id],
      ['status', started.status],
      ['run', started.runId],
    ]);
    cli.say(`Follow it with: paved runs logs -f ${started.runId}`);
  };

  program
    .command('deploy <component>')
    .description('deploy what was built last, or a commit; where versions come by promotion, what runs there again')
    .option('-e, --env <name>', 'environment', 'dev')
    .option('--commit <sha>', 'full hash of a commit that a pipeline has built')
    .option('--no-wait', 'do not wait until it is healthy')
    .action(async (component: string, options: Place & { commit?: string }) =>
      carryOut(
        await cli.api.call(createDeployment, { body: { component, environment: options.env, commit: options.commit } }),
        options.wait,
      ),
    );

  program
    .command('plan <component>')
    .description('what a deployment would do, without doing it')
    .option('-e, --env <name>', 'environment', 'dev')
    .option('--commit <sha>', 'full hash of a commit that a pipeline has built')
    .option('--rollback', 'plan a rollback')
    .option('--promote', 'plan a promotion from the environment before')
    .option('--delete', 'plan the deletion of the service')
    .option('--explain', 'show every definition that was considered')
    .action(
      async (
        component: string,
        options: Place & { commit?: string; rollback?: boolean; promote?: boolean; delete?: boolean; explain?: boolean },
      ) => {
        const mode =
          options.rollback === true ? 'rollback' : options.promote === true ? 'promote' : options.delete === true ? 'destroy' : 'deploy';
        const plan = await cli.api.call(planDeployment, {
          body: { component, environment: options.env, mode, commit: options.commit },
        });
        showPlan(cli, plan, options.explain === true);
      },
    );

  program
    .command('rollback <component>')
    .description('go back to the version that ran before')
    .option('-e, --env <name>', 'environment', 'dev')
    .option('--no-wait', 'do not wait until it is healthy')
    .action(async (component: string, options: Place) =>
      carryOut(await cli.api.call(rollBack, { body: { component, environment: options.env } }), options.wait),
    );

  program
    .command('promote <component>')
    .description('ship what runs in one environment to the next')
    .requiredOption('--to <name>', 'environment to bring it to')
    .option('--from <name>', 'environment it comes from; default: the one before')
    .option('--no-wait', 'do not wait until it is healthy')
    .action(async (component: string, options: { to: string; from?: string; wait?: boolean }) => {
      const from = options.from ?? (await environmentBefore(cli, options.to));
      await carryOut(await cli.api.call(promote, { body: { component, from, to: options.to } }), options.wait);
    });

  program
    .command('logs <component>')
    .description('what a service says')
    .option('-e, --env <name>', 'environment', 'dev')
    .option('-f, --follow', 'go on until Ctrl-C')
    .option('--tail <n>', 'how many lines from before', '200')
    .option('--instance <id>', 'only of this instance')
    .action((component: string, options: LogsOptions) => printLogs(cli, component, options));

  program
    .command('open <component>')
    .description('open a service in the browser')
    .option('-e, --env <name>', 'environment', 'dev')
    .action(async (component: string, options: Place) => {
      const states = await cli.api.call(listWorkloads, { query: { component } });
      const url = states.find((state) => state.environment === options.env)?.url;
      if (url === undefined)
        throw new PavedError('not_found', `${component} answers on no URL in ${options.env}.`, {
          fix: `Deploy it: paved deploy ${component} -e ${options.env}`,
        });
      cli.show({ url }, [['url', url]]);
      if (cli.interactive)
        spawn(process.platform === 'darwin' ? 'open' : 'xdg-open', [url], { stdio: 'ignore', detached: true })
          .on('error', () => {})
          .unref();
    });

  addEnvCommands(program, cli);
}

async function environmentBefore(cli: CliContext, name: string): Promise<string> {
  const { environments } = await cli.api.call(getEnvironmentBoard);
  const found = environments.find((environment) => environment.name === name);
  if (found === undefined)
    throw new PavedError('not_found', `There is no environment "${name}".`, {
      fix: `There are ${environments.map((one) => one.name).join(', ')}.`,
    });
  if (found.promotesFrom === undefined)
    throw new PavedError('invalid', `${name} is the first environment: nothing is promoted to it.`, {
      fix: 'Push to the default branch, or use paved deploy; or name where it comes from with --from.',
    });
  return found.promotesFrom;
}
