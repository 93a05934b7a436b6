import { useEffect, useRef, useState, type ReactNode } from 'react';
import type { DiffFile, DiffLine } from './diff-lines.ts';
import { DiffView } from './diff-view.tsx';
import { useKey } from './keyboard.tsx';
import './diff.css';

/** Files longer than this start folded: nobody reads a lock file line by line. */
const LONG = 800;
const MACHINE_MADE = /(^|\/)(package-lock\.json|yarn\.lock|pnpm-lock\.yaml|composer\.lock|Cargo\.lock|go\.sum|poetry\.lock)$/;
/** With this many files the index has a finder. */
const MANY = 12;

const linesOf = (file: DiffFile): number => file.hunks.reduce((sum, hunk) => sum + hunk.lines.length, 0);
const heightOf = (file: DiffFile, folded: boolean): number =>
  46 + (folded ? 0 : file.binary ? 44 : file.hunks.filter((hunk, i) => i > 0 || hunk.title !== '').length * 24 + linesOf(file) * 20);
const startsFolded = (file: DiffFile): boolean => {
  const lines = linesOf(file);
  return lines > LONG || (lines > 60 && MACHINE_MADE.test(file.path));
};

/** Several files: an index beside them, each foldable, and only what is near the window in the document. */
export function DiffFiles({
  files,
  sides,
  onLine,
  onChoose,
}: {
  files: readonly DiffFile[];
  sides: boolean;
  onLine?: ((path: string, line: DiffLine) => ReactNode) | undefined;
  onChoose?: ((path: string, line: DiffLine) => void) | undefined;
}) {
  const [turned, setTurned] = useState<ReadonlySet<string>>(new Set());
  const [find, setFind] = useState('');
  const [at, setAt] = useState(0);
  const box = useRef<HTMLDivElement>(null);
  const sections = () => [...(box.current?.children ?? [])] as HTMLElement[];
  const to = (index: number) => {
    const section = sections()[index];
    if (!section) return;
    section.scrollIntoView();
    // What comes near while scrolling may be taller than was thought: arrive a second time.
    requestAnimationFrame(() => requestAnimationFrame(() => section.scrollIntoView()));
    setAt(index);
  };
  useEffect(() => {
    let asked = 0;
    const look = () => {
      cancelAnimationFrame(asked);
      asked = requestAnimationFrame(() => {
        const index = sections().findIndex((section) => section.getBoundingClientRect().bottom > 120);
        if (index >= 0) setAt(index);
      });
    };
    window.addEventListener('scroll', look, { passive: true });
    return () => {
      window.removeEventListener('scroll', look);
      cancelAnimationFrame(asked);
    };
  }, []);
  useKey('n', 'Next file of the difference', () => to(Math.min(files.length - 1, at + 1)));
  useKey('p', 'Previous file of the difference', () => to(Math.max(0, at - 1)));
  const shown = files.map((file, index) => ({ file, index })).filter(({ file }) => file.path.toLowerCase().includes(find.toLowerCase()));
  return (
    <div className="p-diffs">
      <nav className="index" aria-label="Changed files">
        {files.length > MANY ? (
          <input
            className="p-input sm"
            placeholder="Find a file"
            aria-label="Find a file"
            value={find}
            onChange={(event) => setFind(event.target.value)}
          />
        ) : null}
        <ul>
          {shown.map(({ file, index }) => {
            const cut = file.path.lastIndexOf('/');
            return (
              <li key={file.path}>
                <button type="button" aria-current={index === at ? 'true' : undefined} title={file.path} onClick={() => to(index)}>
                  <span className="p-trunc">
                    {file.path.slice(cut + 1)}
                    {cut > 0 ? <small> {file.path.slice(0, cut)}</small> : null}
                  </span>
                  <span className="counts">
                    {file.added > 0 ? <span className="add">+{file.added}</span> : null}
                    {file.removed > 0 ? <span className="del">−{file.removed}</span> : null}
                  </span>
                </button>
              </li>
            );
          })}
          {shown.length === 0 ? <li className="none">No file matches.</li> : null}
        </ul>
      </nav>
      <div ref={box}>
        {files.map((file) => {
          const folded = startsFolded(file) !== turned.has(file.path);
          return (
            <Near key={file.path} height={heightOf(file, folded)}>
              <DiffView
                file={file}
                sides={sides}
                folded={folded}
                onFold={() =>
                  setTurned((now) =>
                    now.has(file.path) ? new Set([...now].filter((path) => path !== file.path)) : new Set([...now, file.path]),
                  )
                }
                {...(onLine ? { onLine: (line) => onLine(file.path, line) } : {})}
                {...(onChoose ? { onChoose: (line) => onChoose(file.path, line) } : {})}
              />
            </Near>
          );
        })}
      </div>
    </div>
  );
}

/** Keeps the room of what is far from the window, and fills it once it comes near. */
function Near({ height, children }: { height: number; children: ReactNode }) {
  const box = useRef<HTMLDivElement>(null);
  const [near, setNear] = useState(false);
  useEffect(() => {
    if (near || !box.current) return;
    const watch = new IntersectionObserver((entries) => setNear(entries.some((entry) => entry.isIntersecting)), {
      rootMargin: '1200px 0px',
    });
    watch.observe(box.current);
    return () => watch.disconnect();
  }, [near]);
  return (
    <div ref={box} className="near" style={near ? undefined : { height }}>
      {near ? children : null}
    </div>
  );
}
