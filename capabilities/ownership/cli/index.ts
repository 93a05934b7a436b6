import type { Command } from 'commander';
import { confirmOwnership, listConfirmations, listTeams, listUnowned, suggestOwners, type CliContext } from '@paved/client';
import { formatRef, parseRef } from '@paved/kernel';
import { teamRows } from '../model/team-tree.ts';

const refOf = (text: string): string => formatRef(parseRef(text, { kind: 'component' }));
const ownerOf = (text: string): string => formatRef(parseRef(text, { kind: 'group' }));

/** `paved ownership unowned|due|confirm|suggest|teams`. */
export function register(program: Command, cli: CliContext): void {
  const command = program.command('ownership').description('who owns what, what nobody owns, and what owners confirm');

  command
    .command('unowned')
    .description('what has no living owner, and why')
    .option('--kind <kind>', 'only this kind')
    .option('--limit <n>', 'at most so many', '100')
    .action(async (options: { kind?: string; limit: string }) => {
      const page = await cli.api.call(listUnowned, {
        query: { limit: Number(options.limit), ...(options.kind === undefined ? {} : { kind: options.kind }) },
      });
      cli.list(
        page.items,
        [
          { header: 'ENTITY', value: (item) => item.ref },
          { header: 'OWNER', value: (item) => item.ownerRefs.join(', ') },
          { header: 'WHY', value: (item) => item.reason },
          { header: 'NOTE', value: (item) => item.note },
        ],
        'Every entity that needs an owner has one.',
      );
      if (page.totalItems > page.items.length) cli.say(`${page.totalItems} in all; --limit shows more.`);
    });

  command
    .command('due')
    .description('what you and your teams are to confirm; what was asked and not answered comes first')
    .option('--owner <group>', 'of this owner instead')
    .option('--all', 'also what is confirmed')
    .action(async (options: { owner?: string; all?: boolean }) => {
      const page = await cli.api.call(listConfirmations, {
        query: {
          limit: 1000,
          all: options.all === true ? 'true' : 'false',
          ...(options.owner === undefined ? {} : { owner: ownerOf(options.owner) }),
        },
      });
      cli.list(
        page.items,
        [
          { header: 'ENTITY', value: (item) => item.ref },
          { header: 'OWNER', value: (item) => item.ownerRefs.join(', ') },
          { header: 'STATE', value: (item) => item.trust.state },
          { header: 'ASKED', value: (item) => item.trust.askedAt?.slice(0, 10) },
          {
            header: 'LAST WORD',
            value: (item) => (item.trust.at === undefined ? '' : `${item.trust.by ?? ''} ${item.trust.at.slice(0, 10)}`),
          },
          { header: 'HOLDS UNTIL', value: (item) => item.trust.until?.slice(0, 10) },
        ],
        'Nothing is to be confirmed.',
      );
      if (page.totalItems > page.items.length) cli.say(`${page.totalItems} in all.`);
    });

  command
    .command('confirm')
    .description('say that entities are their owner’s; with --not-ours, that they are not')
    .argument('<refs...>', 'kind:namespace/name, or the name of a component')
    .option('--not-ours', 'give them back: they wait for another owner')
    .option('--note <text>', 'for whoever looks for an owner')
    .action(async (texts: string[], options: { notOurs?: boolean; note?: string }) => {
      const page = await cli.api.call(confirmOwnership, {
        body: {
          refs: texts.map(refOf),
          verdict: options.notOurs === true ? 'disowned' : 'confirmed',
          ...(options.note === undefined ? {} : { note: options.note }),
        },
      });
      cli.list(page.items, [
        { header: 'ENTITY', value: (item) => item.ref },
        { header: 'STATE', value: (item) => item.trust.state },
        { header: 'HOLDS UNTIL', value: (item) => item.trust.until?.slice(0, 10) },
      ]);
    });

  command
    .command('suggest')
    .description('owners that CODEOWNERS and the commits of its repository speak for')
    .argument('<ref>', 'kind:namespace/name, or the name of a component')
    .action(async (text: string) => {
      const page = await cli.api.call(suggestOwners, { query: { ref: refOf(text) } });
      cli.list(page.items, [
        { header: 'OWNER', value: (item) => item.ownerRef },
        { header: 'SURE', value: (item) => `${Math.round(item.confidence * 100)} %`, align: 'right' },
        { header: 'WHY', value: (item) => item.evidence.map((evidence) => evidence.text).join('; ') },
      ]);
      if (page.items.length === 0)
        cli.say(
          'Nothing speaks for an owner: no CODEOWNERS line and no commits of people in the catalog, or its repository is not connected.',
        );
    });

  command
    .command('teams')
    .description('every team below the one it is part of, with its people and what it owns')
    .action(async () => {
      const page = await cli.api.call(listTeams);
      const rows = teamRows(page.items);
      // Scripts get the teams as they are, people the tree.
      const indent = (depth: number): string => (cli.format === 'table' ? '  '.repeat(depth) : '');
      const depths = new Map(rows.map(({ team, depth }) => [team.ref, depth]));
      cli.list(
        rows.map(({ team }) => team),
        [
          { header: 'TEAM', value: (team) => `${indent(depths.get(team.ref) ?? 0)}${team.title}` },
          { header: 'REF', value: (team) => team.ref },
          { header: 'PEOPLE', value: (team) => team.people, align: 'right' },
          { header: 'WITH BELOW', value: (team) => team.everybody, align: 'right' },
          { header: 'OWNS', value: (team) => team.owns, align: 'right' },
          { header: 'ON CALL', value: (team) => team.onCall?.href ?? team.onCall?.title },
        ],
      );
    });
}
