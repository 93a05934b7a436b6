import { diffWordsWithSpace, parsePatch, structuredPatch } from 'diff';

export interface Piece {
  readonly text: string;
  readonly strong: boolean;
}

export interface DiffLine {
  readonly kind: 'same' | 'add' | 'del';
  readonly before?: number;
  readonly after?: number;
  readonly pieces: readonly Piece[];
}

export interface DiffHunk {
  readonly title: string;
  readonly lines: readonly DiffLine[];
}

export interface DiffFile {
  readonly path: string;
  readonly oldPath?: string;
  readonly kind: 'added' | 'removed' | 'renamed' | 'changed';
  readonly binary: boolean;
  readonly added: number;
  readonly removed: number;
  readonly hunks: readonly DiffHunk[];
}

interface RawHunk {
  readonly oldStart: number;
  readonly newStart: number;
  readonly oldLines: number;
  readonly newLines: number;
  readonly lines: readonly string[];
}

const whole = (text: string): readonly Piece[] => [{ text, strong: false }];

/** The words that differ between a removed and an added line; both plain when too little is alike. */
function wordPair(before: string, after: string): { before: readonly Piece[]; after: readonly Piece[] } {
  const parts = diffWordsWithSpace(before, after);
  const same = parts.filter((part) => !part.added && !part.removed).reduce((sum, part) => sum + part.value.trim().length, 0);
  if (same * 3 < Math.max(before.trim().length, after.trim().length)) return { before: whole(before), after: whole(after) };
  return {
    before: parts.filter((part) => !part.added).map((part) => ({ text: part.value, strong: part.removed === true })),
    after: parts.filter((part) => !part.removed).map((part) => ({ text: part.value, strong: part.added === true })),
  };
}

function hunkOf(raw: RawHunk): DiffHunk {
  const lines: DiffLine[] = [];
  let before = raw.oldStart;
  let after = raw.newStart;
  let i = 0;
  const rows = raw.lines.filter((line) => !line.startsWith('\\'));
  while (i < rows.length) {
    const row = rows[i] ?? '';
    if (!row.startsWith('-') && !row.startsWith('+')) {
      lines.push({ kind: 'same', before: before++, after: after++, pieces: whole(row.slice(1)) });
      i += 1;
      continue;
    }
    const gone: string[] = [];
    const come: string[] = [];
    while (rows[i]?.startsWith('-')) gone.push((rows[i++] ?? '').slice(1));
    while (rows[i]?.startsWith('+')) come.push((rows[i++] ?? '').slice(1));
    const pairs = gone.length === come.length ? gone.map((text, n) => wordPair(text, come[n] ?? '')) : undefined;
    gone.forEach((text, n) => lines.push({ kind: 'del', before: before++, pieces: pairs?.[n]?.before ?? whole(text) }));
    come.forEach((text, n) => lines.push({ kind: 'add', after: after++, pieces: pairs?.[n]?.after ?? whole(text) }));
  }
  return { title: `@@ -${raw.oldStart},${raw.oldLines} +${raw.newStart},${raw.newLines} @@`, lines };
}

const count = (hunks: readonly DiffHunk[], kind: 'add' | 'del') =>
  hunks.reduce((sum, hunk) => sum + hunk.lines.filter((line) => line.kind === kind).length, 0);
const bare = (name: string | undefined) => (name === undefined || name === '/dev/null' ? undefined : name.replace(/^[ab]\//, ''));

/** A file's difference as the API of repositories answers it. */
export interface DiffAnswerFile {
  readonly path: string;
  readonly oldPath?: string;
  readonly change: 'added' | 'modified' | 'deleted' | 'renamed';
  readonly binary: boolean;
  readonly additions: number;
  readonly deletions: number;
  readonly hunks: readonly {
    readonly header: string;
    readonly oldStart: number;
    readonly newStart: number;
    readonly lines: readonly { readonly type: 'context' | 'added' | 'removed'; readonly text: string }[];
  }[];
}

const signOf = { context: ' ', added: '+', removed: '-' } as const;
const kindOf = { added: 'added', modified: 'changed', deleted: 'removed', renamed: 'renamed' } as const;

/** The same with words marked. */
export function fileOfAnswer(file: DiffAnswerFile): DiffFile {
  return {
    path: file.path,
    ...(file.oldPath ? { oldPath: file.oldPath } : {}),
    kind: kindOf[file.change],
    binary: file.binary,
    added: file.additions,
    removed: file.deletions,
    hunks: file.hunks.map((hunk) => ({
      ...hunkOf({
        oldStart: hunk.oldStart,
        newStart: hunk.newStart,
        oldLines: 0,
        newLines: 0,
        lines: hunk.lines.map((line) => signOf[line.type] + line.text),
      }),
      title: hunk.header,
    })),
  };
}

/** Files of a unified patch as `git diff` writes it. */
export function filesOfPatch(patch: string): readonly DiffFile[] {
  const blocks = patch.split(/^(?=diff --git )/m).filter((block) => block.trim() !== '');
  return blocks.map((block) => {
    const [parsed] = parsePatch(block);
    const hunks = (parsed?.hunks ?? []).map(hunkOf);
    const header = /^diff --git a\/(.+) b\/(.+)$/m.exec(block);
    const from = bare(parsed?.oldFileName) ?? header?.[1];
    const to = bare(parsed?.newFileName) ?? header?.[2];
    const kind = /^new file/m.test(block)
      ? 'added'
      : /^deleted file/m.test(block)
        ? 'removed'
        : /^rename from/m.test(block)
          ? 'renamed'
          : 'changed';
    return {
      path: (kind === 'removed' ? from : to) ?? '',
      ...(kind === 'renamed' && from ? { oldPath: from } : {}),
      kind,
      binary: /^(Binary files|GIT binary patch)/m.test(block),
      added: count(hunks, 'add'),
      removed: count(hunks, 'del'),
      hunks,
    };
  });
}

/** The difference of two texts as one file. */
export function fileOfTexts(path: string, before: string | undefined, after: string | undefined): DiffFile {
  const patch = structuredPatch(path, path, before ?? '', after ?? '', undefined, undefined, { context: 3 });
  const hunks = patch.hunks.map(hunkOf);
  return {
    path,
    kind: before === undefined ? 'added' : after === undefined ? 'removed' : 'changed',
    binary: false,
    added: count(hunks, 'add'),
    removed: count(hunks, 'del'),
    hunks,
  };
}
