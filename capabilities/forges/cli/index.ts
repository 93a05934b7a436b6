import type { Command } from 'commander';
import type { CliContext } from '@paved/client';

interface Forge {
  readonly id: string;
  readonly type: string;
  readonly title: string;
  readonly apiUrl: string;
  readonly credentials: string;
  readonly webhookSecret: boolean;
  readonly rate?: { readonly remaining: number; readonly resetAt: string };
  readonly pausedUntil?: string;
  readonly lastDeliveryAt?: string;
}

interface Provider {
  readonly name: string;
  readonly target: string;
  readonly schedule: string;
  readonly entities: number;
  readonly locations: number;
  readonly succeededAt: string | null;
  readonly error: string | null;
  readonly runId: string | null;
}

interface Tested {
  readonly ok: boolean;
  readonly account?: string;
  readonly problem?: string;
  readonly fix?: string;
  readonly ms: number;
}

const NO_FORGE = 'No forge is connected: name one below integrations in paved.yaml.';

/** `paved forges list|test|webhook|providers|sync|remove`. */
export function register(program: Command, cli: CliContext): void {
  const forges = program.command('forges').description('connected forges and directories');
  const list = async (): Promise<Forge[]> => (await cli.api.get<{ items: Forge[] }>('/api/forges')).items;

  forges
    .command('list')
    .description('connected forges')
    .action(async () => {
      cli.list(
        await list(),
        [
          { header: 'host', value: (f) => f.id },
          { header: 'kind', value: (f) => f.title },
          { header: 'credentials', value: (f) => f.credentials },
          {
            header: 'webhook',
            value: (f) => (f.lastDeliveryAt === undefined ? (f.webhookSecret ? 'never heard' : 'no secret') : f.lastDeliveryAt),
          },
          {
            header: 'requests left',
            value: (f) => (f.pausedUntil === undefined ? f.rate?.remaining.toString() : `none until ${f.pausedUntil}`),
          },
        ],
        NO_FORGE,
      );
    });

  forges
    .command('test')
    .description('ask forges whether their credentials work')
    .argument('[host]', 'one forge; all when left out')
    .action(async (host: string | undefined) => {
      const hosts = host === undefined ? (await list()).map((forge) => forge.id) : [host];
      const results = [];
      for (const id of hosts) results.push({ id, ...(await cli.api.post<Tested>(`/api/forges/${encodeURIComponent(id)}/test`, {})) });
      cli.list(
        results,
        [
          { header: 'host', value: (r) => r.id },
          { header: 'works', value: (r) => (r.ok ? 'yes' : 'no') },
          { header: 'account', value: (r) => r.account },
          { header: 'reason', value: (r) => [r.problem, r.fix].filter((part) => part !== undefined).join(' ') },
          { header: 'ms', value: (r) => r.ms.toString() },
        ],
        NO_FORGE,
      );
      if (results.some((result) => !result.ok)) process.exitCode = 1;
    });

  forges
    .command('webhook')
    .description('how a forge’s webhook is set up')
    .argument('<host>')
    .action(async (host: string) => {
      const help = await cli.api.get<{ url: string; secretConfigured: boolean; setting: string; steps: string[] }>(
        `/api/forges/${encodeURIComponent(host)}/webhook`,
      );
      if (cli.format !== 'table') return cli.show(help);
      console.log(`URL     ${help.url}`);
      console.log(
        `Secret  ${help.setting}${help.secretConfigured ? '' : ' is not set: make one with "openssl rand -hex 32" and set it first'}`,
      );
      help.steps.forEach((step, i) => console.log(`${i + 1}. ${step}`));
    });

  forges
    .command('providers')
    .description('what brings repositories, people and teams, and how it goes')
    .action(async () => {
      const { items } = await cli.api.get<{ items: Provider[] }>('/api/catalog/providers');
      cli.list(
        items,
        [
          { header: 'provider', value: (p) => p.name },
          { header: 'target', value: (p) => p.target },
          { header: 'schedule', value: (p) => p.schedule },
          { header: 'entities', value: (p) => p.entities.toString() },
          { header: 'places', value: (p) => p.locations.toString() },
          { header: 'last good sync', value: (p) => p.succeededAt ?? 'never' },
          { header: 'problem', value: (p) => p.error ?? undefined },
        ],
        'There is no provider: name one below catalog.providers in paved.yaml.',
      );
    });

  forges
    .command('sync')
    .description('ask a provider now')
    .argument('<provider>', 'for example github:default')
    .option('--confirm', 'let it remove more than the threshold')
    .action(async (provider: string, options: { confirm?: boolean }) => {
      const started = await cli.api.post<{ runId: string }>(`/api/catalog/providers/${encodeURIComponent(provider)}/sync`, {
        confirm: options.confirm === true,
      });
      cli.show(started, [['run', started.runId]]);
    });

  forges
    .command('remove')
    .description('remove a provider that left the configuration, with everything it brought')
    .argument('<provider>', 'for example github:default')
    .action(async (provider: string) => {
      const { removed } = await cli.api.delete<{ removed: number }>(`/api/catalog/providers/${encodeURIComponent(provider)}`);
      cli.show({ provider, removed }, [['removed', `${removed} entities`]]);
    });
}
