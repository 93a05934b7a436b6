import type { Command } from 'commander';
import { PavedError } from '@paved/kernel';

/** `paved completion bash|zsh|fish`: a script made from the commands themselves. */
export function addCompletion(program: Command): void {
  program
    .command('completion')
    .description('print a completion script for your shell')
    .argument('<shell>', 'bash, zsh or fish')
    .action((shell: string) => {
      const words = wordsOf(program);
      switch (shell) {
        case 'bash':
          return console.log(bash(words));
        case 'zsh':
          return console.log(`autoload -U +X bashcompinit && bashcompinit\n${bash(words)}`);
        case 'fish':
          return console.log(fish(words));
        default:
          throw new PavedError('invalid', `There is no completion for "${shell}".`, { fix: 'Use bash, zsh or fish.' });
      }
    });
}

/** For each command path the words that may follow. */
function wordsOf(program: Command): Map<string, string[]> {
  const words = new Map<string, string[]>();
  const visit = (command: Command, path: string): void => {
    const options = command.options.flatMap((option) => (option.long === undefined || option.long === null ? [] : [option.long]));
    words.set(path, [...command.commands.map((child) => child.name()), ...options]);
    for (const child of command.commands) visit(child, path === '' ? child.name() : `${path} ${child.name()}`);
  };
  visit(program, '');
  return words;
}

function bash(words: ReadonlyMap<string, readonly string[]>): string {
  const cases = [...words].map(([path, next]) => `    "${path}") words="${next.join(' ')}" ;;`).join('\n');
  return `_paved() {
  local path="" word words=""
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in -*) ;; *) path="\${path:+$path }$word" ;; esac
  done
  case "$path" in
${cases}
  esac
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -F _paved paved`;
}

function fish(words: ReadonlyMap<string, readonly string[]>): string {
  return [...words]
    .flatMap(([path, next]) => {
      const condition =
        path === ''
          ? '__fish_use_subcommand'
          : path
              .split(' ')
              .map((word) => `__fish_seen_subcommand_from ${word}`)
              .join('; and ');
      return next.map((word) =>
        word.startsWith('--')
          ? `complete -c paved -n "${condition}" -l ${word.slice(2)}`
          : `complete -c paved -f -n "${condition}" -a ${word}`,
      );
    })
    .join('\n');
}
