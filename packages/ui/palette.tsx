import { FocusTrap, Portal } from '@mantine/core';
import { IconClock, IconCornerDownLeft, IconSearch } from '@tabler/icons-react';
import { useEffect, useId, useMemo, useRef, useState } from 'react';
import { Icon, type IconType } from './icon.tsx';
import { useGo } from './link.tsx';
import type { NavigationItem, PaletteAction, PaletteSource } from './portal-module.ts';
import { recent } from './shell-store.ts';
import './palette.css';

interface Hit {
  readonly id: string;
  readonly group: string;
  readonly label: string;
  readonly note?: string | undefined;
  readonly icon: IconType;
  readonly run: () => void;
}

interface PaletteProps {
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly pages: readonly NavigationItem[];
  /** Actions on the thing the page shows come first. */
  readonly current: readonly PaletteAction[];
  readonly actions: readonly PaletteAction[];
  readonly sources: readonly PaletteSource[];
}

/** How well a text answers a query: every word must start a word of it, earlier is better. */
function score(text: string, query: string): number {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const target = text.toLowerCase();
  let total = 0;
  for (const word of words) {
    const at = target.search(new RegExp(`(^|[\\s\\-_/.:])${word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`));
    if (at < 0 && !target.includes(word)) return -1;
    total += at < 0 ? 40 : at;
  }
  return total;
}

/** ⌘K: actions on the current thing, recent things, pages, things of the catalog, other actions. */
export function Palette({ opened, ...props }: PaletteProps) {
  return opened ? (
    <Portal>
      <OpenPalette {...props} />
    </Portal>
  ) : null;
}

function OpenPalette({ onClose, pages, current, actions, sources }: Omit<PaletteProps, 'opened'>) {
  const go = useGo();
  const list = useId();
  const box = useRef<HTMLDivElement>(null);
  const [query, setQuery] = useState('');
  const [chosen, setChosen] = useState(0);
  const [found, setFound] = useState<readonly Hit[]>([]);
  const visited = recent.use();
  const opener = useRef(document.activeElement);
  useEffect(() => () => (opener.current instanceof HTMLElement ? opener.current.focus() : undefined), []);

  useEffect(() => {
    if (query.trim() === '') return setFound([]);
    const abort = new AbortController();
    const search = async (): Promise<void> => {
      const answers = await Promise.all(
        sources.map(async (source) => {
          const hits = await source.search(query, abort.signal).catch(() => []);
          return hits.map((hit): Hit => ({
            id: hit.id,
            group: source.title,
            label: hit.label,
            note: hit.note,
            icon: hit.icon,
            run: () => go(hit.href),
          }));
        }),
      );
      if (!abort.signal.aborted) setFound(answers.flat());
    };
    const timer = setTimeout(() => void search(), 90);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [query]); // oxlint-disable-line react-hooks/exhaustive-deps -- sources and go are stable while open

  const hits = useMemo(() => {
    const action =
      (group: string) =>
      (entry: PaletteAction): Hit => ({ id: entry.id, group, label: entry.label, icon: entry.icon, run: () => entry.run(go) });
    const best = (entries: readonly { hit: Hit; text: string }[]) =>
      entries
        .map((entry) => ({ ...entry, score: query.trim() === '' ? 0 : score(entry.text, query) }))
        .filter((entry) => entry.score >= 0)
        .sort((a, b) => a.score - b.score)
        .map((entry) => entry.hit);
    const here = best(current.map((entry) => ({ hit: action('On this page')(entry), text: `${entry.label} ${entry.words ?? ''}` })));
    const again = best(
      visited.map((entry) => ({
        hit: {
          id: `recent:${entry.href}`,
          group: 'Recent',
          label: entry.label,
          note: entry.note,
          icon: IconClock,
          run: () => go(entry.href),
        },
        text: entry.label,
      })),
    );
    const places = best(
      pages.map((page) => ({
        hit: { id: `page:${page.href}`, group: 'Pages', label: page.label, icon: page.icon, run: () => go(page.href) },
        text: page.label,
      })),
    );
    const others = best(actions.map((entry) => ({ hit: action('Actions')(entry), text: `${entry.label} ${entry.words ?? ''}` })));
    const things = found.filter((hit) => !again.some((other) => other.label === hit.label && other.note === hit.note));
    return [...here, ...again.slice(0, query === '' ? 5 : 3), ...things, ...places, ...others];
  }, [query, found, current, visited, pages, actions, go]);

  useEffect(() => setChosen(0), [query]);
  useEffect(() => {
    void box.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [chosen]);
  const run = (hit: Hit | undefined) => {
    if (!hit) return;
    onClose();
    hit.run();
  };
  return (
    <div className="p-palette-scrim" onMouseDown={(event) => (event.target === event.currentTarget ? onClose() : undefined)}>
      <FocusTrap active>
        <div className="p-palette" role="dialog" aria-modal="true" aria-label="Search or run a command">
          <div className="q">
            <Icon of={IconSearch} />
            <input
              data-autofocus
              role="combobox"
              aria-expanded="true"
              aria-controls={list}
              aria-label="Search or run a command"
              aria-activedescendant={hits[chosen] ? `${list}-${chosen}` : undefined}
              placeholder="Search or run a command"
              value={query}
              onChange={(event) => setQuery(event.target.value)}
              onKeyDown={(event) => {
                if (event.key === 'ArrowDown' || (event.ctrlKey && event.key === 'n'))
                  setChosen((now) => Math.min(hits.length - 1, now + 1));
                else if (event.key === 'ArrowUp' || (event.ctrlKey && event.key === 'p')) setChosen((now) => Math.max(0, now - 1));
                else if (event.key === 'Enter') run(hits[chosen]);
                else if (event.key === 'Escape') onClose();
                else return;
                event.preventDefault();
                event.stopPropagation();
              }}
            />
            <kbd>Esc</kbd>
          </div>
          <div className="hits" ref={box} id={list} role="listbox" aria-label="Results" tabIndex={-1}>
            {hits.length === 0 ? (
              <p className="none" role="presentation">
                Nothing is called “{query}”.
              </p>
            ) : null}
            {hits.map((hit, i) => (
              <div key={hit.id} role="presentation">
                {hits[i - 1]?.group === hit.group ? null : (
                  <div className="group" role="presentation">
                    {hit.group}
                  </div>
                )}
                <div
                  id={`${list}-${i}`}
                  className="hit"
                  role="option"
                  aria-selected={i === chosen}
                  onMouseMove={() => (i === chosen ? undefined : setChosen(i))}
                  onClick={() => run(hit)}
                >
                  <Icon of={hit.icon} />
                  <span className="p-trunc">{hit.label}</span>
                  {hit.note ? <span className="note p-trunc">{hit.note}</span> : null}
                  {i === chosen ? (
                    <kbd aria-hidden>
                      <IconCornerDownLeft size={12} stroke={2} />
                    </kbd>
                  ) : null}
                </div>
              </div>
            ))}
          </div>
        </div>
      </FocusTrap>
    </div>
  );
}
