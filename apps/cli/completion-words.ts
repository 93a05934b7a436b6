import type { Command, Option } from 'commander';

/** What may stand somewhere: fixed words, files, or what the server knows, by the name that `paved complete-values` takes. */
export type Values = readonly string[] | 'files' | 'folders' | `@${string}` | undefined;

/** One command as shells complete it. */
export interface CompletedCommand {
  /** Its words behind `paved`, with spaces; empty for paved itself. */
  readonly path: string;
  readonly commands: readonly { readonly name: string; readonly description: string }[];
  readonly options: readonly {
    readonly flags: readonly string[];
    readonly description: string;
    /** Missing for an option without a value. */
    readonly value?: { readonly values: Values };
  }[];
  /** One for each argument; the last of a variadic one goes on. */
  readonly arguments: readonly { readonly values: Values; readonly variadic: boolean }[];
}

/** What an argument or the value of an option is, by the name that help shows for it. */
const known: Readonly<Record<string, Values>> = {
  component: '@component',
  ref: '@ref',
  refs: '@ref',
  template: '@template',
  repository: '@repository',
  repositories: '@repository',
  run: '@run',
  kind: '@kind',
  file: 'files',
  files: 'files',
  dir: 'folders',
  folder: 'folders',
  group: '@group',
};
const knownOptions: Readonly<Record<string, Values>> = {
  '--env': '@environment',
  '--to': '@environment',
  '--from': '@environment',
  '--owner': '@group',
  '--team': '@group',
  '--system': '@system',
};

/** Every command with what may follow it. */
export function completedCommands(program: Command): CompletedCommand[] {
  const found: CompletedCommand[] = [];
  const visit = (command: Command, path: string): void => {
    const commands = command.commands.filter((child) => !hidden(child));
    const help = command.createHelp();
    found.push({
      path,
      commands: commands.map((child) => ({ name: child.name(), description: firstWords(child.description()) })),
      options: help.visibleOptions(command).map((option) => ({
        flags: [option.long, option.short].filter((flag) => flag !== undefined && flag !== null),
        description: firstWords(option.description),
        ...(option.required || option.optional ? { value: { values: valuesOf(option) } } : {}),
      })),
      arguments: command.registeredArguments.map((argument) => ({
        values: argument.argChoices ?? (path.startsWith('runs ') && argument.name() === 'id' ? '@run' : known[argument.name()]),
        variadic: argument.variadic,
      })),
    });
    for (const child of commands) visit(child, path === '' ? child.name() : `${path} ${child.name()}`);
  };
  visit(program, '');
  return found;
}

function valuesOf(option: Option): Values {
  const metavar = /[<[]([a-z]+)/.exec(option.flags)?.[1] ?? '';
  return option.argChoices ?? knownOptions[option.long ?? ''] ?? known[metavar];
}

const hidden = (command: Command): boolean => (command as unknown as { readonly _hidden?: boolean })._hidden === true;

/** One line without what shells would read as something else. */
const firstWords = (text: string): string =>
  (text.split(/[;:.](?:\s|$)/)[0] ?? '')
    .replaceAll(/[`'"\\$\t\n]/g, '')
    .slice(0, 70)
    .trim();
