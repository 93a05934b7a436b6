import type { Command } from 'commander';
import { getCatalogGraph, type CliContext } from '@paved/client';
import { formatRef, parseRef } from '@paved/kernel';
import { wayTo } from '../model/impact.ts';
import { existing } from './existing.ts';
import { onCallOf, type Affected } from './impact.ts';
import { AT, atThen } from './moment.ts';
import { wholeNumber } from './whole-number.ts';

interface GraphOptions {
  readonly depth: number;
  readonly direction: 'outgoing' | 'incoming' | 'both';
  readonly relation: readonly string[];
  readonly kind: readonly string[];
  readonly impact?: boolean;
  readonly at?: string;
}

/** `graph`. */
export function registerGraph(command: Command, cli: CliContext): void {
  command
    .command('graph <ref>')
    .description('what an entity is related with; with --impact who is affected when it does not work')
    .option('--impact', 'who is affected when it does not work, over any number of hops, what matters most first')
    .option('--depth <n>', 'hops from it, 1 to 20', wholeNumber(1, 20), 1)
    .addOption(
      command
        .createOption('--direction <way>', 'outgoing: what it points to; incoming: what points to it')
        .choices(['outgoing', 'incoming', 'both'])
        .default('both'),
    )
    .option('--relation <type>', 'only this relation, for example dependsOn; may be repeated', collect, [] as string[])
    .option('--kind <kind>', 'only this kind; may be repeated', collect, [] as string[])
    .option('--at <time>', AT)
    .action(async (text: string, options: GraphOptions) => {
      const ref = formatRef(parseRef(text, { kind: 'component' }));
      await (options.impact === true ? impact(cli, ref, options) : graph(cli, ref, options));
    });
}

async function graph(cli: CliContext, ref: string, options: GraphOptions): Promise<void> {
  const answer = await existing(cli, ref, () =>
    cli.api.call(getCatalogGraph, {
      query: {
        ref,
        depth: options.depth,
        direction: options.direction,
        ...(options.relation.length === 0 ? {} : { relations: options.relation.join(',') }),
        ...(options.kind.length === 0 ? {} : { kinds: options.kind.join(',') }),
        ...atThen(options.at),
      },
    }),
  );
  cli.list(
    answer.edges,
    [
      { header: 'FROM', value: (edge) => edge.from, narrow: 'cut' },
      { header: 'RELATION', value: (edge) => edge.type, narrow: 'whole' },
      { header: 'TO', value: (edge) => edge.to },
    ],
    `Nothing is related with ${ref} that way.`,
  );
  if (answer.truncated) cli.say('More is around it: ask for fewer hops, or for some relations or kinds.');
}

async function impact(cli: CliContext, ref: string, options: GraphOptions): Promise<void> {
  const answer = await existing(cli, ref, () =>
    cli.api.get<{ readonly items: readonly Affected[] }>('/api/catalog/impact', { ref, limit: 5000, order: 'tier', ...atThen(options.at) }),
  );
  const kinds = new Set(options.kind.map((kind) => kind.toLowerCase()));
  const by = new Map(answer.items.map((item) => [item.ref, item.by]));
  const items = answer.items.filter((item) => kinds.size === 0 || kinds.has(item.kind.toLowerCase()));
  const onCall = await onCallOf(cli, new Set(items.flatMap((item) => item.owner ?? [])));
  cli.list(items, [
    ...(items.some((item) => item.tier !== undefined) ? [{ header: 'TIER', value: (item: Affected) => item.tier }] : []),
    { header: 'HOPS', value: (item) => item.distance },
    { header: 'AFFECTED', value: (item) => item.ref },
    { header: 'OWNER', value: (item) => item.owner },
    { header: 'LIFECYCLE', value: (item) => item.lifecycle },
    {
      header: 'WAY',
      value: (item) =>
        wayTo(item.ref, by)
          .slice(1, -1)
          .map((one) => one.split('/').at(-1))
          .join(' ← ') || 'directly',
    },
    ...(onCall.size > 0 ? [{ header: 'ON CALL', value: (item: Affected) => onCall.get(item.owner ?? '') }] : []),
  ]);
}

const collect = (value: string, before: readonly string[]): string[] => [...before, value];
