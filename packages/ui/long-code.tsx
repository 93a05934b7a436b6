import { useVirtualizer } from '@tanstack/react-virtual';
import { useMemo, useRef } from 'react';
import { CodeView } from './code-view.tsx';

/** Beyond this, lines are drawn only where someone looks, and without colours. */
const MOST_LINES = 3000;
const LINE = 20;

/** Source code of any length: a megabyte opens as fast as a page. */
export function LongCode({ text, file, label }: { text: string; file: string; label?: string }) {
  const lines = useMemo(() => text.replace(/\n$/, '').split('\n'), [text]);
  if (lines.length <= MOST_LINES && text.length < 300_000) return <CodeView text={text} file={file} numbers />;
  return <Windowed lines={lines} label={label ?? `Source of ${file}`} />;
}

function Windowed({ lines, label }: { lines: readonly string[]; label: string }) {
  const box = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({ count: lines.length, getScrollElement: () => box.current, estimateSize: () => LINE, overscan: 20 });
  return (
    <div className="p-code long" tabIndex={0} role="region" aria-label={label} ref={box}>
      <div style={{ height: rows.getTotalSize(), position: 'relative' }}>
        {rows.getVirtualItems().map((row) => (
          <div
            key={row.index}
            className="ln"
            style={{ position: 'absolute', top: 0, transform: `translateY(${row.start}px)`, minWidth: '100%' }}
          >
            <span className="n">{row.index + 1}</span>
            {/* A line of a megabyte would be one text of a megabyte on the screen. */}
            <span>{(lines[row.index] ?? '').slice(0, 2000) || ' '}</span>
          </div>
        ))}
      </div>
    </div>
  );
}
