export interface DiffLine {
  readonly type: 'context' | 'added' | 'removed';
  /** Line numbers, from 1, in the file before and after. */
  readonly old?: number;
  readonly new?: number;
  readonly text: string;
}

export interface DiffHunk {
  /** What git shows behind the second `@@`: usually the enclosing function. */
  readonly header: string;
  readonly oldStart: number;
  readonly newStart: number;
  readonly lines: DiffLine[];
}

export interface DiffFile {
  readonly path: string;
  /** Set when the file was renamed or copied. */
  readonly oldPath?: string;
  readonly change: 'added' | 'modified' | 'deleted' | 'renamed';
  readonly binary: boolean;
  readonly additions: number;
  readonly deletions: number;
  readonly hunks: DiffHunk[];
}

interface OpenFile {
  oldPath: string | undefined;
  path: string | undefined;
  change: DiffFile['change'];
  binary: boolean;
  additions: number;
  deletions: number;
  hunks: { header: string; oldStart: number; newStart: number; lines: DiffLine[] }[];
}

/** Reads `git diff` output (made with `--no-prefix`-less default prefixes and core.quotePath=false) into files and hunks. */
export function parseDiff(text: string): DiffFile[] {
  const files: OpenFile[] = [];
  let left = { old: 0, new: 0 };
  let at = { old: 0, new: 0 };
  for (const line of text.split('\n')) {
    const file = files.at(-1);
    const hunk = file?.hunks.at(-1);
    if (file !== undefined && hunk !== undefined && (left.old > 0 || left.new > 0)) {
      // Inside a hunk the counts of its header say how many lines follow, so that a removed "-- x" is no header.
      const sign = line[0];
      const rest = line.slice(1);
      if (sign === '+') {
        hunk.lines.push({ type: 'added', new: at.new++, text: rest });
        file.additions++;
        left.new--;
      } else if (sign === '-') {
        hunk.lines.push({ type: 'removed', old: at.old++, text: rest });
        file.deletions++;
        left.old--;
      } else if (sign === ' ' || line === '') {
        hunk.lines.push({ type: 'context', old: at.old++, new: at.new++, text: rest });
        left.old--;
        left.new--;
      }
      continue;
    }
    if (line.startsWith('diff --git ')) {
      const names = /^diff --git "?a\/(.*?)"? "?b\/(.*?)"?$/.exec(line);
      files.push({ oldPath: names?.[1], path: names?.[2], change: 'modified', binary: false, additions: 0, deletions: 0, hunks: [] });
      left = { old: 0, new: 0 };
      continue;
    }
    if (file === undefined) continue;
    if (line.startsWith('new file')) file.change = 'added';
    else if (line.startsWith('deleted file')) file.change = 'deleted';
    else if (line.startsWith('rename from ')) {
      file.change = 'renamed';
      file.oldPath = unquote(line.slice(12));
    } else if (line.startsWith('rename to ')) file.path = unquote(line.slice(10));
    else if (line.startsWith('Binary files ')) file.binary = true;
    else if (line.startsWith('--- a/') || line.startsWith('--- "a/')) file.oldPath = headerPath(line);
    else if (line.startsWith('+++ b/') || line.startsWith('+++ "b/')) file.path = headerPath(line);
    else {
      const head = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@ ?(.*)$/.exec(line);
      if (head === null) continue;
      at = { old: Number(head[1]), new: Number(head[3]) };
      left = { old: Number(head[2] ?? 1), new: Number(head[4] ?? 1) };
      file.hunks.push({ header: head[5] ?? '', oldStart: at.old, newStart: at.new, lines: [] });
    }
  }
  return files.map(({ oldPath, path, ...file }) => ({
    ...file,
    path: (file.change === 'deleted' ? oldPath : path) ?? path ?? '',
    ...(file.change === 'renamed' && oldPath !== undefined ? { oldPath } : {}),
  }));
}

/** `+++ b/name` with a tab behind names that hold blanks, or quoted. */
function headerPath(line: string): string {
  return unquote(line.slice(4).replace(/\t$/, '')).slice(2);
}

function unquote(text: string): string {
  return text.startsWith('"')
    ? text
        .slice(1, -1)
        .replace(/\\(["\\])/g, '$1')
        .replace(/\\t/g, '\t')
        .replace(/\\n/g, '\n')
    : text;
}
