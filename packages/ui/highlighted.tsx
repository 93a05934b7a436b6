import { common, createLowlight } from 'lowlight';
import { useMemo } from 'react';
import type { CodeViewProps } from './code-view.tsx';

const lowlight = createLowlight(common);

const byEnding: Record<string, string> = {
  sh: 'bash',
  bash: 'bash',
  css: 'css',
  go: 'go',
  toml: 'ini',
  ini: 'ini',
  env: 'ini',
  java: 'java',
  kt: 'java',
  js: 'javascript',
  mjs: 'javascript',
  cjs: 'javascript',
  jsx: 'javascript',
  json: 'json',
  md: 'markdown',
  py: 'python',
  sql: 'sql',
  ts: 'typescript',
  tsx: 'typescript',
  mts: 'typescript',
  html: 'xml',
  xml: 'xml',
  svg: 'xml',
  yaml: 'yaml',
  yml: 'yaml',
};

interface Piece {
  readonly text: string;
  readonly className?: string;
}

type Tree = ReturnType<typeof lowlight.highlight>;
type Child = Tree['children'][number];

/** The highlighted tree cut into lines of classed pieces. */
function linesOf(nodes: readonly Child[], className: string | undefined, lines: Piece[][]): Piece[][] {
  for (const node of nodes) {
    if (node.type === 'text') {
      node.value.split('\n').forEach((text, i) => {
        if (i > 0) lines.push([]);
        if (text !== '') lines.at(-1)?.push({ text, ...(className ? { className } : {}) });
      });
    } else if (node.type === 'element') {
      const own = node.properties['className'];
      linesOf(node.children as Child[], Array.isArray(own) ? own.join(' ') : className, lines);
    }
  }
  return lines;
}

const MOST = 400_000;

/** The coloured lines; loaded apart because the grammars weigh more than the page. */
export function Highlighted({ text, file, numbers = false, chosen, onChoose }: CodeViewProps) {
  const lines = useMemo(() => {
    const source = text.replace(/\n$/, '');
    const language = byEnding[(file.split('/').at(-1) ?? file).toLowerCase().split('.').at(-1) ?? ''];
    if (language === undefined || source.length > MOST) return source.split('\n').map((line): Piece[] => [{ text: line }]);
    return linesOf(lowlight.highlight(language, source).children, undefined, [[]]);
  }, [text, file]);
  return (
    <>
      {lines.map((line, i) => (
        <div key={i} id={numbers ? `L${i + 1}` : undefined} className={`ln ${numbers ? '' : 'plain'} ${chosen === i + 1 ? 'chosen' : ''}`}>
          {numbers ? (
            <a
              href={`#L${i + 1}`}
              tabIndex={-1}
              onClick={(event) => {
                if (!onChoose) return;
                event.preventDefault();
                onChoose(i + 1);
              }}
            >
              {i + 1}
            </a>
          ) : null}
          <span>
            {line.length === 0
              ? ' '
              : line.map((piece, n) => (
                  <span key={n} className={piece.className}>
                    {piece.text}
                  </span>
                ))}
          </span>
        </div>
      ))}
    </>
  );
}
