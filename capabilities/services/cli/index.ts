import path from 'node:path';
import type { Command } from 'commander';
import {
  destroyKeptData,
  followRun,
  importService,
  listKeptData,
  previewServiceRemoval,
  removeService,
  succeeded,
  type CliContext,
} from '@paved/client';
import { PavedError } from '@paved/kernel';
import type { ImportOutput } from '../index.ts';
import { goes, mb, stays } from './removal-words.ts';

interface ImportOptions {
  readonly owner: string;
  readonly name?: string;
  readonly system?: string;
  readonly type: string;
  readonly lifecycle: 'experimental' | 'production' | 'deprecated';
  readonly description?: string;
  readonly wait: boolean;
}

/** `paved service import|delete|kept`. */
export function register(program: Command, cli: CliContext): void {
  const service = program.command('service').description('import services, delete them, and see the data that was kept');

  const started = async (runId: string, wait: boolean): Promise<unknown> => {
    if (wait) return succeeded(await followRun(cli, runId)).output;
    cli.show({ runId }, [['run', runId]]);
    return undefined;
  };

  service
    .command('import')
    .description('make a service of an existing repository')
    .argument('<source>', 'path on the server, or https URL')
    .requiredOption('--owner <group>', 'the group that owns it; its name is the project of the repository')
    .option('--name <name>', 'default, the last part of the source')
    .option('--system <system>', 'the system it is part of')
    .option('--type <type>', 'service, website, worker, job or library', 'service')
    .addOption(
      service
        .createOption('--lifecycle <lifecycle>', 'how mature it is')
        .choices(['experimental', 'production', 'deprecated'])
        .default('production'),
    )
    .option('--description <text>', 'one sentence; default, what package.json says')
    .option('--no-wait', 'do not wait for its end')
    .action(async (source: string, options: ImportOptions) => {
      const from = /^[a-z][a-z0-9+.-]*:\/\//i.test(source) ? source : path.resolve(source);
      // One by one: -o and other options of every command are among them.
      const { owner, name, system, type, lifecycle, description, wait } = options;
      const { runId } = await cli.api.call(importService, {
        body: { source: from, owner, name, system, type, lifecycle, description },
      });
      const output = (await started(runId, wait)) as ImportOutput | undefined;
      if (output === undefined) return;
      cli.show(output, [
        ['service', output.component],
        ['repository', output.slug],
        ['url', output.url],
      ]);
      for (const note of output.notes) cli.say(note);
      if (output.url === undefined && output.pipelineRunId !== undefined)
        cli.say(`What its build said: paved runs logs ${output.pipelineRunId}`);
    });

  service
    .command('delete')
    .description('show what goes and what is kept; with --confirm, delete')
    .argument('<component>', 'reference or name')
    .option('--confirm <name>', 'its name: delete it')
    .option('--keep-repository', 'leave its repository')
    .option('--no-wait', 'do not wait for its end')
    .action(async (component: string, options: { confirm?: string; keepRepository?: boolean; wait: boolean }) => {
      const preview = await cli.api.call(previewServiceRemoval, { query: { component } });
      if (options.confirm === undefined) {
        cli.show(preview, [...goes(preview, options.keepRepository === true), ...stays(preview, options.keepRepository === true)]);
        cli.say(`\nNothing was deleted. Add --confirm ${preview.name} to delete it.`);
        return;
      }
      const { runId } = await cli.api.call(removeService, {
        body: { component, confirm: options.confirm, keepRepository: options.keepRepository ?? false, expected: preview.digest },
      });
      await started(runId, options.wait);
      if (options.wait) cli.say(`${preview.name} is deleted.`);
      if (preview.kept.length > 0)
        cli.say(
          `Data is kept: ${preview.kept.map(({ id, environment }) => `${id} in ${environment}`).join(', ')}. See it with: paved service kept`,
        );
    });

  service
    .command('kept')
    .description('data of deleted services; with --destroy, destroy one')
    .option('--component <component>', 'of this service only')
    .option('--destroy <uid>', 'destroy it for good')
    .option('--confirm <id>', 'its resource id, as the list shows it')
    .option('--no-wait', 'do not wait for its end')
    .action(async (options: { component?: string; destroy?: string; confirm?: string; wait: boolean }) => {
      if (options.destroy !== undefined) {
        if (options.confirm === undefined)
          throw new PavedError('invalid', 'Destroying data cannot be taken back.', { fix: 'Name its resource with --confirm.' });
        const { runId } = await cli.api.call(destroyKeptData, { path: { uid: options.destroy }, body: { confirm: options.confirm } });
        await started(runId, options.wait);
        return;
      }
      const page = await cli.api.call(listKeptData, { query: { component: options.component } });
      cli.list(
        page.items,
        [
          { header: 'uid', value: (kept) => kept.uid },
          { header: 'resource', value: (kept) => kept.id },
          { header: 'type', value: (kept) => kept.type },
          { header: 'environment', value: (kept) => kept.environment },
          { header: 'service', value: (kept) => kept.component },
          { header: 'size', value: (kept) => (kept.bytes === undefined ? undefined : mb(kept.bytes)), align: 'right' },
          { header: 'kept', value: (kept) => kept.keptAt },
          { header: 'deleted by', value: (kept) => kept.deleted?.by.displayName },
        ],
        'No data of deleted services is kept.',
      );
    });
}
