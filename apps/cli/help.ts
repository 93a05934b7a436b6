import { Option, type Command } from 'commander';

/** The commands of the first page, by what somebody is about to do; a new one stands under "Platform" until it is named here. */
const groups: readonly (readonly [heading: string, names: readonly string[]])[] = [
  ['Start here:', ['up', 'login', 'logout', 'whoami', 'create', 'open']],
  ['Ship:', ['deploy', 'plan', 'promote', 'rollback', 'logs', 'env']],
  ['Code:', ['repo', 'pr', 'pipeline', 'runs']],
  ['Catalog:', ['catalog', 'service', 'ownership', 'onboard', 'import']],
  ['Platform:', ['forges', 'token', 'config', 'doctor', 'completion', 'help']],
];
const ofEveryCommand = 'Options of every command:';

const examples: Readonly<Record<string, readonly string[]>> = {
  '': [
    'paved login',
    'paved create http-service --set name=checkout --set owner=group:payments',
    'paved logs checkout -f',
    'paved promote checkout --to staging',
    'paved catalog list component --owner payments -o json',
  ],
  create: [
    'paved create                                    asks, or lists the golden paths',
    'paved create http-service --fields              what the form asks for',
    'paved create http-service --set name=checkout --set owner=payments --preview',
    'paved create http-service --values checkout.yaml --yes',
  ],
  deploy: ['paved deploy checkout', 'paved deploy checkout -e staging --commit 1f0c2d9'],
  plan: ['paved plan checkout -e production --promote', 'paved plan checkout --explain'],
  promote: ['paved promote checkout --to staging', 'paved promote checkout --from dev --to production --no-wait'],
  rollback: ['paved rollback checkout', 'paved rollback checkout -e production'],
  logs: ['paved logs checkout -f', 'paved logs checkout -e production --tail 1000 -o json'],
  'env set': [
    'paved env set checkout LOG_LEVEL=debug FEATURE=on -e staging',
    'paved env set checkout API_KEY --secret         asks for it, without showing it',
    'paved env set checkout API_KEY --secret < key   reads it from standard input',
  ],
  'pipeline watch': [
    'git push && paved pipeline watch                in a clone: what the push started',
    'paved pipeline watch payments/checkout',
  ],
  'pr open': [
    'paved pr open                                   the branch you are on, in a clone',
    'paved pr open payments/checkout --head shorter-names --title "Shorter names"',
  ],
  'service import': ['paved service import https://git.example.com/shop/api.git --owner group:shop'],
  'catalog list': [
    'paved catalog list component --filter spec.type=service --owner payments',
    'paved catalog list --search checkout -o yaml',
    'paved catalog list system --at 2w',
  ],
  'catalog get': ['paved catalog get checkout', 'paved catalog get system:checkout -o yaml', 'paved catalog get checkout --at 3d'],
  'catalog validate': [
    'paved catalog validate                          every catalog-info.yaml below this folder',
    "paved catalog validate 'services/**/catalog-info.yaml' --kinds kinds.yaml",
    'cat catalog-info.yaml | paved catalog validate - -o json',
  ],
  'catalog apply': ['paved catalog apply -f team.yaml --dry-run', 'cat *.yaml | paved catalog apply -f -'],
  'catalog diff': ['paved catalog diff checkout', 'paved catalog diff checkout 3 5', 'paved catalog diff -f catalog-info.yaml --exit-code'],
  'catalog graph': ['paved catalog graph checkout --depth 2 --relation dependsOn', 'paved catalog graph resource:orders-db --impact'],
  'catalog history': ['paved catalog history checkout', 'paved catalog history checkout --version 3 --yaml'],
  'catalog refresh': ['paved catalog refresh checkout', 'paved catalog refresh --all'],
  'catalog import': ['paved catalog import https://git.example.com/shop/api.git --dry-run'],
  'import backstage': [
    'paved import backstage --app-config app-config.yaml app-config.production.yaml --dry-run',
    'paved import backstage --url https://backstage.example.com --token $TOKEN',
  ],
  completion: [
    'echo \'eval "$(paved completion bash)"\' >> ~/.bashrc',
    'echo \'eval "$(paved completion zsh)"\' >> ~/.zshrc',
    'paved completion fish > ~/.config/fish/completions/paved.fish',
  ],
};

/** Groups, examples, and the options that every command takes behind its own name too. */
export function arrangeHelp(program: Command): void {
  const headingOf = new Map(groups.flatMap(([heading, names]) => names.map((name) => [name, heading] as const)));
  // Groups are shown in the order in which they are met, so the commands themselves are put in order.
  const order = new Map([...headingOf.keys()].map((name, i) => [name, i]));
  const place = (command: Command): number => order.get(command.name()) ?? order.size;
  (program.commands as Command[]).sort((a, b) => place(a) - place(b));
  for (const command of program.commands) command.helpGroup(headingOf.get(command.name()) ?? 'Platform:');
  program.commandsGroup('Platform:').helpCommand('help [command]', 'how a command is called');
  const visit = (command: Command, path: string): void => {
    const own = examples[path];
    if (own !== undefined) command.addHelpText('after', `\nExamples:\n${own.map((line) => `  $ ${line}`).join('\n')}`);
    for (const child of command.commands) {
      inherit(program, child);
      visit(child, path === '' ? child.name() : `${path} ${child.name()}`);
    }
  };
  visit(program, '');
  program.addHelpText(
    'after',
    [
      '',
      'Exit codes: 0 done, 1 failed, 2 called wrongly, 3 not signed in, 4 not allowed,',
      '5 not found, 130 interrupted. Environment: PAVED_SERVER, PAVED_TOKEN, NO_COLOR.',
    ].join('\n'),
  );
}

/** `paved deploy <component>`, without the word [options] that every line would have. */
export function subcommandTerm(command: Command): string {
  const words = command.registeredArguments.map((argument) => {
    const name = argument.name() + (argument.variadic ? '...' : '');
    return argument.required ? `<${name}>` : `[${name}]`;
  });
  return [command.name(), ...words].join(' ');
}

function inherit(program: Command, command: Command): void {
  const own = command.options.map((option) => option.long);
  const add = (option: Option): void => {
    if (!own.includes(option.long)) command.addOption(option.helpGroup(ofEveryCommand));
  };
  add(new Option('-o, --output <format>', 'how results are printed').choices(['table', 'json', 'yaml']));
  add(new Option('--server <url>', 'Paved server'));
  command.addHelpOption(new Option('-h, --help', 'how this command is called').helpGroup(ofEveryCommand));
  command.hook('preAction', (_parent, action) => {
    const { output, server } = action.opts<{ output?: string; server?: string }>();
    if (output !== undefined) program.setOptionValue('output', output);
    if (server !== undefined) program.setOptionValue('server', server);
  });
}
