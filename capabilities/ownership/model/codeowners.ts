import ignore from 'ignore';

/** One line of a CODEOWNERS file. */
export interface CodeOwnersRule {
  /** From 1. */
  readonly line: number;
  readonly pattern: string;
  /** `@org/team`, `@user` or an e-mail address; none takes ownership away. */
  readonly owners: readonly string[];
}

/** Where forges look for the file, in GitHub's order and with GitLab's and Gitea's places. */
export const codeOwnersPaths = [
  '.github/CODEOWNERS',
  'CODEOWNERS',
  'docs/CODEOWNERS',
  '.gitlab/CODEOWNERS',
  '.gitea/CODEOWNERS',
  '.forgejo/CODEOWNERS',
  '.bitbucket/CODEOWNERS',
];

/** Reads a CODEOWNERS file: GitHub's grammar, and GitLab's sections (`[Name] @default`), whose default owners lines without owners inherit. */
export function parseCodeOwners(text: string): CodeOwnersRule[] {
  const rules: CodeOwnersRule[] = [];
  let inherited: string[] = [];
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = raw.replace(/(^|\s)#.*$/, '').trim();
    if (line === '') continue;
    const section = /^\^?\[[^\]]+\](?:\[\d+\])?\s*(.*)$/.exec(line);
    if (section !== null) {
      inherited = words(section[1] ?? '');
      continue;
    }
    // A blank in a path is escaped.
    const [pattern = '', ...owners] = words(line);
    rules.push({ line: index + 1, pattern, owners: owners.length > 0 ? owners : inherited });
  }
  return rules;
}

/** The rule that decides about a file or folder (empty for the whole repository): the last one that matches. */
export function ruleFor(rules: readonly CodeOwnersRule[], path: string): CodeOwnersRule | undefined {
  const asked = path.replace(/^\/+|\/+$/g, '');
  return rules.findLast((rule) => {
    if (asked === '') return ['*', '/', '/*', '**', '/**'].includes(rule.pattern);
    return ignore().add(rule.pattern).ignores(asked) || ignore().add(rule.pattern).ignores(`${asked}/`);
  });
}

const words = (text: string): string[] => (text.match(/(?:\\\s|\S)+/g) ?? []).map((word) => word.replace(/\\(\s)/g, '$1'));
