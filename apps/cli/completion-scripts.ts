import type { CompletedCommand, Values } from './completion-words.ts';

/** Single quotes for any shell. */
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** How a script is told what may stand somewhere; `@x` asks the server, `/f` and `/d` are files and folders. */
const wordsFor = (values: Values): string =>
  values === undefined
    ? ''
    : values === 'files'
      ? '/f'
      : values === 'folders'
        ? '/d'
        : typeof values === 'string'
          ? values
          : values.join(' ');

/** Rows of a `case` statement that bash and zsh share. */
function tables(commands: readonly CompletedCommand[]): string {
  const row = (keys: readonly string[], lines: readonly string[]): string =>
    `    ${keys.map(quoted).join('|')}) printf '%s\\n' ${lines.map(quoted).join(' ')} ;;`;
  const described = (name: string, description: string): string => `${name}\t${description}`;
  const subs = commands.flatMap(({ path, commands: children }) =>
    children.length === 0
      ? []
      : [
          row(
            [path],
            children.map(({ name, description }) => described(name, description)),
          ),
        ],
  );
  const options = commands.map(({ path, options: own }) =>
    row(
      [path],
      own.map(({ flags: [flag = ''], description }) => described(flag, description)),
    ),
  );
  const values = commands.flatMap(({ path, options: own }) =>
    own.flatMap(({ flags, value }) =>
      value === undefined
        ? []
        : [
            row(
              flags.map((flag) => `${path} ${flag}`),
              [wordsFor(value.values)],
            ),
          ],
    ),
  );
  const positions = commands.flatMap(({ path, arguments: own }) =>
    own.flatMap(({ values: what, variadic }, i) =>
      what === undefined
        ? []
        : [`    ${quoted(`${path} ${i}`)}${variadic ? `|${quoted(`${path} `)}*` : ''}) printf '%s\\n' ${quoted(wordsFor(what))} ;;`],
    ),
  );
  const paths = commands.flatMap(({ path }) => (path === '' ? [] : [quoted(path)]));
  return `_paved_commands() { case "$1" in
${subs.join('\n')}
  esac; }
_paved_options() { case "$1" in
${options.join('\n')}
  esac; }
_paved_option_values() { case "$1" in
${values.join('\n')}
    *) return 1 ;;
  esac; }
_paved_argument_values() { case "$1" in
${positions.join('\n')}
  esac; }
_paved_is_command() { case "$1" in
    ${paths.join('|')}) return 0 ;;
    *) return 1 ;;
  esac; }
# Where the line stands: the command, the option whose value comes next, and how many arguments were given.
_paved_walk() {
  _paved_path="" _paved_option="" _paved_given=0
  local word
  for word in "$@"; do
    if [ -n "$_paved_option" ]; then _paved_option=""
    elif [ "\${word#-}" != "$word" ]; then
      if _paved_option_values "$_paved_path $word" >/dev/null; then _paved_option="$word"; fi
    elif [ "$_paved_given" -eq 0 ] && _paved_is_command "\${_paved_path:+$_paved_path }$word"; then _paved_path="\${_paved_path:+$_paved_path }$word"
    else _paved_given=$((_paved_given + 1))
    fi
  done
}`;
}

/** `program` is how the script calls paved itself, ready for a shell. */
export function bashScript(commands: readonly CompletedCommand[], program: string): string {
  return `# Completion of paved for bash.
${tables(commands)}
_paved() {
  local line="\${COMP_LINE:0:COMP_POINT}" cur candidates="" what
  local -a words
  read -ra words <<< "$line"
  if [[ "$line" == *[[:space:]] ]]; then cur=""; else cur="\${words[-1]}"; unset 'words[-1]'; fi
  _paved_walk "\${words[@]:1}"
  COMPREPLY=()
  if [[ -n "$_paved_option" ]]; then what="$(_paved_option_values "$_paved_path $_paved_option")"
  elif [[ "$cur" == -* ]]; then candidates="$(_paved_options "$_paved_path" | cut -f1)"
  else
    candidates="$(_paved_commands "$_paved_path" | cut -f1)"
    if [[ -z "$candidates" ]]; then what="$(_paved_argument_values "$_paved_path $_paved_given")"; fi
  fi
  case "$what" in
    @*) candidates="$(${program} complete-values "\${what#@}" 2>/dev/null)" ;;
    /f) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$cur")); return ;;
    /d) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -d -- "$cur")); return ;;
    ?*) candidates="$what" ;;
  esac
  local IFS=$' \\n'
  COMPREPLY=($(compgen -W "$candidates" -- "$cur"))
  # bash takes what stands before a colon as a word of its own.
  if [[ "$cur" == *:* && "$COMP_WORDBREAKS" == *:* ]]; then COMPREPLY=("\${COMPREPLY[@]#"\${cur%"\${cur##*:}"}"}"); fi
}
complete -F _paved paved`;
}

export function zshScript(commands: readonly CompletedCommand[], program: string): string {
  return `#compdef paved
# Completion of paved for zsh.
${tables(commands)}
_paved() {
  local cur="\${words[CURRENT]}" what=""
  local -a lines found
  _paved_walk "\${(@)words[2,CURRENT-1]}"
  if [[ -n "$_paved_option" ]]; then what="$(_paved_option_values "$_paved_path $_paved_option")"
  elif [[ "$cur" == -* ]]; then lines=("\${(@f)$(_paved_options "$_paved_path")}")
  else
    lines=("\${(@f)$(_paved_commands "$_paved_path")}")
    if [[ -z "\${lines[1]}" ]]; then lines=(); what="$(_paved_argument_values "$_paved_path $_paved_given")"; fi
  fi
  case "$what" in
    @*) found=("\${(@f)$(${program} complete-values "\${what#@}" 2>/dev/null)}"); compadd -- "\${(@)found:#}"; return ;;
    /f) _files; return ;;
    /d) _files -/; return ;;
    ?*) compadd -- \${=what}; return ;;
  esac
  local -a described
  local line
  for line in "\${lines[@]}"; do described+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}"); done
  (( \${#described} )) && _describe -t commands 'paved' described
}
if [[ "\${funcstack[1]}" == _paved ]]; then _paved "$@"; else (( $+functions[compdef] )) || { autoload -Uz compinit && compinit; }; compdef _paved paved; fi`;
}

export function fishScript(commands: readonly CompletedCommand[], program: string): string {
  const valued = commands.flatMap(({ path, options }) =>
    options.flatMap(({ flags, value }) => (value === undefined ? [] : flags.map((flag) => quoted(`${path} ${flag}`)))),
  );
  const offer = (values: Values): string | undefined =>
    values === undefined || values === 'files'
      ? undefined
      : values === 'folders'
        ? "'(__fish_complete_directories)'"
        : typeof values === 'string'
          ? `'(${program.replaceAll("'", "\\'")} complete-values ${values.slice(1)} 2>/dev/null)'`
          : quoted(values.join(' '));
  const at = (path: string): string => `-n ${quoted(`__paved_at ${path === '' ? '""' : `"${path}"`}`)}`;
  const lines = commands.flatMap(({ path, commands: children, options, arguments: own }) => [
    ...children.map(({ name, description }) => `complete -c paved -f ${at(path)} -a ${name} -d ${quoted(description)}`),
    ...options.map(({ flags, description, value }) => {
      const names = flags.map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`)).join(' ');
      const offered = value === undefined ? undefined : offer(value.values);
      const takes = value === undefined ? '' : value.values === 'files' ? ' -r' : ` -x${offered === undefined ? '' : ` -a ${offered}`}`;
      return `complete -c paved ${at(path)} ${names}${takes} -d ${quoted(description)}`;
    }),
    ...own.flatMap(({ values }) => {
      const offered = offer(values);
      return offered === undefined ? [] : [`complete -c paved -f ${at(path)} -a ${offered}`];
    }),
    ...(own.some(({ values }) => values === 'files') ? [] : [`complete -c paved -f ${at(path)}`]),
  ]);
  return `# Completion of paved for fish.
function __paved_at -a wanted
  set -l path ''
  set -l skip 0
  for word in (commandline -opc)[2..-1]
    if test $skip = 1
      set skip 0
    else if string match -q -- '-*' $word
      contains -- "$path $word" ${valued.join(' ')}; and set skip 1
    else if contains -- (string trim -- "$path $word") ${commands.flatMap(({ path }) => (path === '' ? [] : [quoted(path)])).join(' ')}
      set path (string trim -- "$path $word")
    end
  end
  test "$path" = "$wanted"
end
${lines.join('\n')}`;
}
