import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { IconButton } from './button.tsx';
import type { DiffFile, DiffLine } from './diff-lines.ts';
import './diff.css';

const signs = { same: ' ', add: '+', del: '−' } as const;

function Text({ line }: { line: DiffLine }) {
  return (
    <span>
      {line.pieces.map((piece, i) => (piece.strong ? <mark key={i}>{piece.text}</mark> : <span key={i}>{piece.text}</span>))}
      {'\n'}
    </span>
  );
}

/** Pairs removed and added lines for the view with two sides. */
function pairs(lines: readonly DiffLine[]): readonly (readonly [DiffLine | undefined, DiffLine | undefined])[] {
  const rows: [DiffLine | undefined, DiffLine | undefined][] = [];
  let dels: DiffLine[] = [];
  let adds: DiffLine[] = [];
  const flush = () => {
    for (let i = 0; i < Math.max(dels.length, adds.length); i += 1) rows.push([dels[i], adds[i]]);
    dels = [];
    adds = [];
  };
  for (const line of lines) {
    if (line.kind === 'del') dels.push(line);
    else if (line.kind === 'add') adds.push(line);
    else {
      flush();
      rows.push([line, line]);
    }
  }
  flush();
  return rows;
}

/** One file's difference; unified, or two sides when there is room. */
export function DiffView({
  file,
  sides = false,
  header,
  folded = false,
  onFold,
  onLine,
  onChoose,
}: {
  file: DiffFile;
  sides?: boolean;
  header?: ReactNode;
  /** Only the header is shown; without `onFold` it cannot be folded. */
  folded?: boolean;
  onFold?: () => void;
  onLine?: (line: DiffLine) => ReactNode;
  onChoose?: (line: DiffLine) => void;
}) {
  return (
    <section className="p-diff" aria-label={file.path}>
      <header>
        {onFold ? (
          <IconButton
            label={folded ? `Show ${file.path}` : `Fold ${file.path}`}
            icon={folded ? IconChevronRight : IconChevronDown}
            aria-expanded={!folded}
            onClick={onFold}
          />
        ) : null}
        {header ?? (
          <>
            <span className="name p-mono">{file.oldPath ? `${file.oldPath} → ${file.path}` : file.path}</span>
            {file.kind === 'changed' ? null : <span className="p-t3">{file.kind}</span>}
          </>
        )}
        <span className="counts">
          {file.added > 0 ? <span className="add">+{file.added}</span> : null}
          {file.removed > 0 ? <span className="del">−{file.removed}</span> : null}
        </span>
      </header>
      {file.binary && !folded ? <p className="binary">A binary file; its content is not shown.</p> : null}
      {folded ? null : (
        <div className="scroll" tabIndex={0} role="group" aria-label={`Lines of ${file.path}`}>
          <div className={`lines ${sides ? 'side' : ''}`}>
            {file.hunks.map((hunk, h) => (
              <div key={h}>
                {h === 0 && hunk.title === '' ? null : <span className="hunk">{hunk.title || '⋯'}</span>}
                {sides
                  ? pairs(hunk.lines).map(([left, right], i) => (
                      <div className="line side" key={i}>
                        <span className={`no ${left ? left.kind : 'none'}`}>{left?.before}</span>
                        <span className={`sign ${left ? left.kind : 'none'}`}>{left ? signs[left.kind] : ''}</span>
                        <span className={left ? left.kind : 'none'}>{left ? <Text line={left} /> : null}</span>
                        <span className={`no ${right ? right.kind : 'none'}`}>{right?.after}</span>
                        <span className={`sign ${right ? right.kind : 'none'}`}>{right ? signs[right.kind] : ''}</span>
                        <span className={right ? right.kind : 'none'}>{right ? <Text line={right} /> : null}</span>
                      </div>
                    ))
                  : hunk.lines.map((line, i) => (
                      <div key={i}>
                        <div className={`line ${line.kind}`}>
                          <span className="no">{line.before}</span>
                          <span className="no">{line.after}</span>
                          <span
                            className="sign"
                            aria-label={line.kind === 'add' ? 'added' : line.kind === 'del' ? 'removed' : undefined}
                            role={line.kind === 'same' ? undefined : 'img'}
                          >
                            {signs[line.kind]}
                          </span>
                          <Text line={line} />
                          {onChoose ? (
                            <button
                              type="button"
                              className="remark"
                              aria-label={`Remark on line ${line.after ?? line.before ?? 0}`}
                              onClick={() => onChoose(line)}
                            >
                              +
                            </button>
                          ) : null}
                        </div>
                        {onLine?.(line)}
                      </div>
                    ))}
              </div>
            ))}
          </div>
        </div>
      )}
    </section>
  );
}
