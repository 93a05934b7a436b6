import { Tooltip } from '@mantine/core';
import { IconDownload, IconSearch } from '@tabler/icons-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef, useState, type CSSProperties, type ReactNode } from 'react';
import { plainText } from './ansi.ts';
import { IconButton } from './button.tsx';
import { Icon } from './icon.tsx';
import { useKey } from './keyboard.tsx';
import { Link } from './link.tsx';
import { readLine } from './log-words.ts';
import { clockTime } from './time-words.ts';
import './log-view.css';

export interface LogLine {
  readonly n: number;
  readonly at: string;
  readonly stream: 'stdout' | 'stderr' | 'platform';
  readonly text: string;
  readonly instance?: string;
}

interface LogViewProps {
  readonly lines: readonly LogLine[];
  readonly title: ReactNode;
  /** More lines will come. */
  readonly live: boolean;
  /** Times count from here; absent shows the clock. */
  readonly start?: string | undefined;
  /** A line in the address (`#L12`), and how to set it. */
  readonly chosen?: number | undefined;
  readonly onChoose?: (n: number) => void;
  readonly fileName: string;
  readonly empty?: ReactNode;
  readonly tools?: ReactNode;
}

const sinceStart = (at: string, start: string): string => {
  const ms = Math.max(0, Date.parse(at) - Date.parse(start));
  const minutes = Math.floor(ms / 60_000);
  return `${minutes}:${((ms % 60_000) / 1000).toFixed(1).padStart(4, '0')}`;
};

function Marked({ text, find }: { text: string; find: string }) {
  if (find === '') return <>{text}</>;
  const parts = text.split(new RegExp(`(${find.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')})`, 'gi'));
  return <>{parts.map((part, i) => (i % 2 === 1 ? <mark key={i}>{part}</mark> : part))}</>;
}

const ADDRESS = /(https?:\/\/[^\s"'<>)]+|\/runs\/run_[a-z0-9]+)/;

/** Text with its addresses as links. */
function Linked({ text, find }: { text: string; find: string }) {
  if (!ADDRESS.test(text)) return <Marked text={text} find={find} />;
  return (
    <>
      {text.split(ADDRESS).map((part, i) =>
        i % 2 === 1 ? (
          <Link key={i} className="p-loglink" href={part}>
            {part}
          </Link>
        ) : (
          <Marked key={i} text={part} find={find} />
        ),
      )}
    </>
  );
}

/** A log: virtual, coloured, follows until the reader scrolls up, finds, wraps, links to a line. */
export function LogView({ lines, title, live, start, chosen, onChoose, fileName, empty, tools }: LogViewProps) {
  const [follow, setFollow] = useState(chosen === undefined);
  const [wrap, setWrap] = useState(true);
  const [find, setFind] = useState('');
  const [hit, setHit] = useState(0);
  const [seen, setSeen] = useState(0);
  const [typed, setTyped] = useState(0);
  const box = useRef<HTMLDivElement>(null);
  const findBox = useRef<HTMLInputElement>(null);
  const rows = useVirtualizer({
    count: lines.length,
    getScrollElement: () => box.current,
    estimateSize: () => 20,
    overscan: 30,
    getItemKey: (i) => lines[i]?.n ?? i,
  });
  const hits = useMemo(
    () => (find === '' ? [] : lines.flatMap((line, i) => (readLine(line).text.toLowerCase().includes(find.toLowerCase()) ? [i] : []))),
    [find, lines],
  );
  const errors = useMemo(() => lines.flatMap((line, i) => (readLine(line).level === 'error' ? [i] : [])), [lines]);

  useEffect(() => {
    if (!follow || lines.length === 0) return;
    rows.scrollToIndex(lines.length - 1, { align: 'end' });
    setSeen(lines.length);
  }, [follow, lines.length, rows]);
  useEffect(() => {
    if (chosen === undefined) return;
    const index = lines.findIndex((line) => line.n === chosen);
    if (index >= 0) rows.scrollToIndex(index, { align: 'center' });
  }, [chosen, lines.length > 0]); // oxlint-disable-line react-hooks/exhaustive-deps -- once, when the lines are there
  const to = (index: number | undefined) => {
    if (index === undefined) return;
    setFollow(false);
    rows.scrollToIndex(index, { align: 'center' });
  };
  const next = (by: number) => {
    const list = find === '' ? errors : hits;
    if (list.length === 0) return;
    const place = (hit + by + list.length) % list.length;
    setHit(place);
    to(list[place]);
  };
  // Typing shows the first match; Enter goes on from there.
  useEffect(() => to(hits[0]), [typed]); // oxlint-disable-line react-hooks/exhaustive-deps -- lines that arrive later move nobody
  useKey('f', 'Follow the log', () => setFollow(!follow));
  useKey('w', 'Wrap long lines', () => setWrap(!wrap));
  useKey('n', 'Next match, or next error', () => next(1));
  useKey('p', 'Previous match, or previous error', () => next(-1));
  const save = () => {
    const url = URL.createObjectURL(
      new Blob([lines.map((line) => `${line.at} ${plainText(line.text)}`).join('\n')], { type: 'text/plain' }),
    );
    const link = document.createElement('a');
    link.href = url;
    link.download = fileName;
    link.click();
    URL.revokeObjectURL(url);
  };
  return (
    <div className={`p-log ${wrap ? 'wrap' : ''}`}>
      <div className="p-log-bar">
        <div className="p-row p-grow">{title}</div>
        {tools}
        <label className="find">
          <Icon of={IconSearch} size={14} />
          <input
            ref={findBox}
            value={find}
            placeholder="Find in log"
            aria-label="Find in log"
            onChange={(event) => {
              setFind(event.target.value);
              setHit(0);
              setTyped((n) => n + 1);
            }}
            onKeyDown={(event) => {
              if (event.key === 'Enter') next(event.shiftKey ? -1 : 1);
            }}
          />
          {find === '' ? null : (
            <span className="p-num p-nowrap" aria-live="polite">
              {hits.length === 0 ? '0' : `${hit + 1}/${hits.length}`}
            </span>
          )}
        </label>
        {live ? (
          <button type="button" className="toggle" aria-pressed={follow} onClick={() => setFollow(!follow)}>
            Follow
          </button>
        ) : null}
        <button type="button" className="toggle hide-sm" aria-pressed={wrap} onClick={() => setWrap(!wrap)}>
          Wrap
        </button>
        <IconButton label="Download the log" icon={IconDownload} onClick={save} />
      </div>
      <div
        ref={box}
        className="p-log-lines"
        style={{ '--digits': String(lines.at(-1)?.n ?? 0).length } as CSSProperties}
        tabIndex={0}
        role="region"
        aria-label="Log"
        onScroll={(event) => {
          const { scrollTop, scrollHeight, clientHeight } = event.currentTarget;
          const bottom = scrollHeight - scrollTop - clientHeight < 24;
          if (!bottom && follow && event.currentTarget.matches(':hover, :focus, :focus-within')) setFollow(false);
          if (bottom && live && !follow) setFollow(true);
        }}
      >
        {lines.length === 0 ? <p className="p-log-empty">{empty ?? (live ? 'Nothing was written yet.' : 'This wrote nothing.')}</p> : null}
        <div style={{ height: rows.getTotalSize(), position: 'relative' }}>
          {rows.getVirtualItems().map((item) => {
            const line = lines[item.index];
            if (!line) return null;
            const { spans, level } = readLine(line);
            const last = live && item.index === lines.length - 1;
            return (
              <div
                key={item.key}
                ref={rows.measureElement}
                data-index={item.index}
                className={`p-log-line ${line.stream} ${level ?? ''} ${line.n === chosen ? 'chosen' : ''}`}
                style={{ position: 'absolute', top: 0, left: 0, right: 0, transform: `translateY(${item.start}px)` }}
              >
                <span className="no" onClick={() => onChoose?.(line.n)}>
                  {line.n}
                </span>
                <Tooltip label={clockTime(new Date(line.at))} openDelay={500}>
                  <span className="at">{start ? sinceStart(line.at, start) : clockTime(new Date(line.at))}</span>
                </Tooltip>
                <span className={`tx ${last ? 'live' : ''}`}>
                  {line.instance ? <span className="a-dim">{line.instance} </span> : null}
                  {spans.map((span, i) => (
                    <span key={i} className={span.className}>
                      <Linked text={span.text} find={find} />
                    </span>
                  ))}
                </span>
              </div>
            );
          })}
        </div>
      </div>
      <span className="p-vh" aria-live="polite">
        {errors.length === 0 ? '' : `${errors.length} lines speak of errors`}
      </span>
      {live && !follow && lines.length > seen ? (
        <button type="button" className="jump" onClick={() => setFollow(true)}>
          {lines.length - seen} new lines
        </button>
      ) : null}
    </div>
  );
}
