import { FocusTrap, Portal } from '@mantine/core';
import { IconClock, IconCornerDownLeft, IconSearch } from '@tabler/icons-react';
import { useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { Icon, type IconType } from './icon.tsx';
import { useGo } from './link.tsx';
import type { NavigationItem, PaletteAction, PaletteSource } from './portal-module.ts';
import { paletteScore } from './palette-score.ts';
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

/** What is at hand comes before what is far, and what can be done before what was, where both fit about as well. */
const nearness: Readonly<Record<string, number>> = { 'On this page': 3, Recent: 2, Runs: -4 };

interface Scored {
  readonly hit: Hit;
  /** Words that also find it. */
  readonly also?: string | undefined;
}

/** Something of the catalog, with the tabs of its page. */
export interface PaletteThing {
  readonly id: string;
  readonly label: string;
  readonly note?: string | undefined;
  readonly icon: IconType;
  readonly href: string;
  readonly tabs: readonly { readonly label: string; readonly href: string }[];
}

interface PaletteProps {
  readonly opened: boolean;
  readonly onClose: () => void;
  /** Things of the catalog that are known here: found at once, and by half their letters. */
  readonly things: readonly PaletteThing[];
  readonly pages: readonly Pick<NavigationItem, 'label' | 'href' | 'icon'>[];
  /** Actions on the thing the page shows come first. */
  readonly current: readonly PaletteAction[];
  readonly actions: readonly PaletteAction[];
  readonly sources: readonly PaletteSource[];
}

/** "checkout logs": tabs of things whose name stands before. */
function partsOf(things: readonly PaletteThing[], typed: string, go: (href: string) => void): readonly Scored[] {
  const cut = typed.lastIndexOf(' ');
  if (cut < 0) return [];
  const name = typed.slice(0, cut);
  const part = typed.slice(cut + 1).toLowerCase();
  return things
    .flatMap((thing) => {
      const score = paletteScore(thing.label, name);
      return score === undefined ? [] : [{ thing, score }];
    })
    .toSorted((a, b) => a.score - b.score)
    .slice(0, 4)
    .flatMap(({ thing }) =>
      thing.tabs
        .filter((tab) => tab.label.toLowerCase().startsWith(part))
        .map((tab): Scored => ({
          hit: {
            id: `${thing.id}#${tab.href}`,
            group: 'Things',
            label: `${thing.label}: ${tab.label}`,
            note: thing.note,
            icon: thing.icon,
            run: () => go(tab.href),
          },
        })),
    );
}

/** A thing once: as an action of this page, else as a recent one, else as it was found. */
function unique(hits: readonly { hit: Hit; score: number }[]): readonly { hit: Hit; score: number }[] {
  const seen = new Set<string>();
  return hits.filter(({ hit }) => {
    const name = `${hit.label}\n${hit.note ?? ''}`.toLowerCase();
    const again = seen.has(hit.id) || seen.has(name);
    seen.add(hit.id).add(name);
    return !again;
  });
}

/** At most eight of a group, best first; the group with the best hit first. */
function grouped(hits: readonly { hit: Hit; score: number }[]): readonly Hit[] {
  const groups = Map.groupBy(
    hits.toSorted((a, b) => a.score - b.score),
    ({ hit }) => hit.group,
  );
  return [...groups.values()].flatMap((group) => group.slice(0, 8).map(({ hit }) => hit));
}

/** ⌘K: actions on the current thing, recent things, pages and other actions; with something typed, what answers it best first. */
export function Palette({ opened, ...props }: PaletteProps) {
  return opened ? (
    <Portal>
      <OpenPalette {...props} />
    </Portal>
  ) : null;
}

function OpenPalette({ onClose, things, pages, current, actions, sources }: Omit<PaletteProps, 'opened'>) {
  const go = useGo();
  const list = useId();
  const box = useRef<HTMLDivElement>(null);
  const [query, setQuery] = useState('');
  const [chosen, setChosen] = useState<string>();
  const [found, setFound] = useState<readonly Hit[]>([]);
  const visited = recent.use();
  const opener = useRef(document.activeElement);
  const field = useRef<HTMLInputElement>(null);
  // At once: what is typed right after the shortcut belongs here.
  useLayoutEffect(() => field.current?.focus(), []);
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
    const typed = query.trim();
    const action =
      (group: string) =>
      (entry: PaletteAction): Scored => ({
        hit: { id: entry.id, group, label: entry.label, icon: entry.icon, run: () => entry.run(go) },
        also: entry.words,
      });
    const known = [
      ...current.map(action('On this page')),
      ...visited.map((entry): Scored => ({
        hit: {
          id: `recent:${entry.href}`,
          group: 'Recent',
          label: entry.label,
          note: entry.note,
          icon: IconClock,
          run: () => go(entry.href),
        },
      })),
      ...(typed === ''
        ? []
        : [
            ...things.map(({ id, label, note, icon, href }): Scored => ({
              hit: { id, group: 'Things', label, note, icon, run: () => go(href) },
            })),
            ...partsOf(things, typed, go),
          ]),
      ...pages.map((page): Scored => ({
        hit: { id: `page:${page.href}`, group: 'Pages', label: page.label, icon: page.icon, run: () => go(page.href) },
      })),
      ...actions.map(action('Actions')),
    ];
    if (typed === '') {
      const lately = known.filter(({ hit }) => hit.group === 'Recent').slice(0, 5);
      return [
        ...known.filter(({ hit }) => hit.group === 'On this page'),
        ...lately,
        ...known.filter(({ hit }) => ['Pages', 'Actions'].includes(hit.group)),
      ].map(({ hit }) => hit);
    }
    const matched = known.flatMap(({ hit, also }) => {
      const score = paletteScore(hit.label, typed, also);
      return score === undefined ? [] : [{ hit, score: score - (nearness[hit.group] ?? 0) }];
    });
    // What a source answered is right even where its name does not show why.
    const answered = found.map((hit) => ({ hit, score: (paletteScore(hit.label, typed, hit.note) ?? 14) - (nearness[hit.group] ?? 0) }));
    return grouped(unique([...matched, ...answered]));
  }, [query, found, current, visited, things, pages, actions, go]);

  // Answers that come later move nobody's choice: it goes with the hit, and before one was made it is the first.
  const index = Math.max(
    0,
    hits.findIndex((hit) => hit.id === chosen),
  );
  const move = (by: number) => setChosen(hits[Math.min(hits.length - 1, Math.max(0, index + by))]?.id);
  useEffect(() => setChosen(undefined), [query]);
  useEffect(() => {
    void box.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [index, hits]);
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
              ref={field}
              data-autofocus
              role="combobox"
              aria-expanded="true"
              aria-controls={list}
              aria-label="Search or run a command"
              aria-activedescendant={hits[index] ? `${list}-${index}` : undefined}
              placeholder="Search or run a command"
              value={query}
              onChange={(event) => setQuery(event.target.value)}
              onKeyDown={(event) => {
                if (event.key === 'ArrowDown' || (event.ctrlKey && event.key === 'n')) move(1);
                else if (event.key === 'ArrowUp' || (event.ctrlKey && event.key === 'p')) move(-1);
                else if (event.key === 'Enter') run(hits[index]);
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
                  aria-selected={i === index}
                  onMouseMove={() => (i === index ? undefined : setChosen(hit.id))}
                  onClick={() => run(hit)}
                >
                  <Icon of={hit.icon} />
                  <span className="p-trunc">{hit.label}</span>
                  {hit.note ? <span className="note p-trunc">{hit.note}</span> : null}
                  {i === index ? (
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
