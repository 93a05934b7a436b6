import type { Command } from 'commander';
import { ApiError, type CliContext } from '@paved/client';
import { PavedError, type JsonObject } from '@paved/kernel';
import type { ImportLine } from '../model/import-line.ts';
import { createBackstageApi } from './backstage-api.ts';
import { importConfiguration } from './import-configuration.ts';
import { importEntities, registerSources } from './import-entities.ts';
import { report } from './report.ts';

interface Options {
  readonly appConfig?: string[];
  readonly url?: string;
  readonly token?: string;
  readonly config: string;
  readonly dryRun?: boolean;
}

/** `paved import backstage`. */
export function register(program: Command, cli: CliContext): void {
  program
    .command('import')
    .description('take over what another portal knows')
    .command('backstage')
    .description('take over a Backstage: its settings, sources, organisation and entities; may be run again')
    .option('--app-config <files...>', 'app-config.yaml, and others that are layered over it')
    .option('--url <url>', 'address of a running Backstage backend: its catalog is compared, and what has no source is copied')
    .option('--token <token>', 'static external access token of that Backstage; also BACKSTAGE_TOKEN')
    .option('--config <file>', 'settings file of Paved that is added to', 'paved.yaml')
    .option('--dry-run', 'only say what would happen')
    .action(async (options: Options) => {
      if (options.appConfig === undefined && options.url === undefined)
        throw new PavedError('invalid', 'There is nothing to import from.', {
          fix: 'Name --app-config app-config.yaml, --url https://backstage.example.com, or both.',
        });
      const dryRun = options.dryRun === true;
      const lines: ImportLine[] = [];
      let settings: JsonObject = {};
      let sources: { type: string; target: string }[] = [];
      if (options.appConfig !== undefined) {
        const imported = await importConfiguration(cli, {
          files: options.appConfig,
          settingsFile: options.config,
          dryRun,
          ownKinds: await kindsHere(cli),
        });
        lines.push(...imported.lines);
        settings = imported.settings;
        if (cli.format === 'table' && imported.changed)
          cli.say(
            dryRun
              ? `${options.config} would become:\n\n${imported.shown}`
              : `${options.config} is written. Restart the server to read it.`,
          );
      }
      if (options.url !== undefined) {
        const backstage = createBackstageApi({
          url: options.url,
          token: options.token ?? process.env['BACKSTAGE_TOKEN'],
          signal: cli.signal,
        });
        try {
          sources = await backstage.locations();
          const registered = await registerSources(cli.api, sources, dryRun, lines);
          const { counts } = await importEntities(
            cli.api,
            backstage,
            { dryRun, registered, providersConfigured: bringsOrganisation(settings) },
            lines,
          );
          if (cli.format === 'table')
            cli.say(
              `${counts.theirs} entities in Backstage: ${counts.same} are the same here, ${counts.different} differ, ${counts.stored} ${dryRun ? 'would be' : 'are'} kept in the store, ${counts.missing} are missing.`,
            );
        } catch (error) {
          // Half an import is told too: what came over stays.
          if (lines.length > 0) report(cli, lines);
          throw error;
        }
      }
      report(cli, lines);
    });
}

/** Every kind that the server knows; none when no server answers, which is no failure: settings can be written without one. */
async function kindsHere(cli: CliContext): Promise<string[]> {
  try {
    return (await cli.api.get<{ items: { kind: string }[] }>('/api/catalog/kinds')).items.map(({ kind }) => kind);
  } catch (error) {
    if (error instanceof ApiError && (error.code === 'offline' || error.code === 'unauthenticated')) return [];
    throw error;
  }
}

/** Whether the settings name a provider of people and teams. */
function bringsOrganisation(settings: JsonObject): boolean {
  const providers = (settings['catalog'] as JsonObject | undefined)?.['providers'] as JsonObject | undefined;
  if (providers === undefined) return false;
  const gitlab = Object.values((providers['gitlab'] as JsonObject | undefined) ?? {});
  return (
    ['githubOrg', 'ldap', 'ldapOrg', 'giteaOrg'].some((type) => providers[type] !== undefined) ||
    gitlab.some((one) => (one as JsonObject | null)?.['orgEnabled'] === true)
  );
}
