import { createContext, useContext, useEffect, useRef, useState, type ReactNode } from 'react';
import { Modal } from '@mantine/core';
import { commandKey } from './command-key.ts';
import { singleKeys } from './shell-store.ts';
import './keyboard.css';

interface Binding {
  readonly keys: string;
  readonly label: string;
  readonly run: (event: KeyboardEvent) => void;
}

interface Registry {
  add(binding: Binding): () => void;
  list(): readonly Binding[];
}

const Keys = createContext<Registry | undefined>(undefined);

const typing = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) &&
  !(target instanceof HTMLInputElement && /^(checkbox|radio|button)$/.test(target.type));

/**
 * One listener for the whole page. Keys are single letters (`x`), two in a row (`g h`), with `mod+` for ⌘ or Ctrl.
 * Letters are ignored while someone types, inside dialogs that did not bind them, and when switched off.
 */
export function KeyboardProvider({ children }: { children: ReactNode }) {
  const bindings = useRef<Binding[]>([]);
  const pending = useRef<{ key: string; at: number } | undefined>(undefined);
  const [help, setHelp] = useState(false);
  const registry = useRef<Registry>({
    add(binding) {
      bindings.current = [...bindings.current, binding];
      return () => {
        bindings.current = bindings.current.filter((other) => other !== binding);
      };
    },
    list: () => bindings.current,
  });
  useEffect(() => {
    const down = (event: KeyboardEvent) => {
      if (event.defaultPrevented) return;
      const mod = event.metaKey || event.ctrlKey;
      const key = event.key === ' ' ? 'Space' : event.key;
      const name = mod ? `mod+${key.toLowerCase()}` : event.shiftKey && key.length > 1 ? `shift+${key}` : key;
      const letter = !mod && key.length === 1;
      if (letter && (typing(event.target) || !singleKeys.get() || event.altKey)) return;
      if (!mod && key !== 'Escape' && document.querySelector('[role="dialog"]:not([data-keys])')) return;
      if (!letter && !mod && key !== 'Escape' && typing(event.target)) return;
      // Escape closes the top layer, and only that.
      if (key === 'Escape' && event.target instanceof Element && event.target.closest('[role="menu"], [role="dialog"]') !== null) return;
      if (name === 'Enter' && event.target instanceof HTMLElement && event.target.closest('button, a[href], summary')) return;
      // Enter and arrows belong to the focused control, unless a list bound them.
      const last = pending.current;
      pending.current = undefined;
      const sequence = last && event.timeStamp - last.at < 1200 ? `${last.key} ${name}` : undefined;
      const find = (keys: string) => bindings.current.findLast((binding) => binding.keys === keys);
      const hit = (sequence ? find(sequence) : undefined) ?? find(name);
      if (hit) {
        event.preventDefault();
        hit.run(event);
        return;
      }
      if (name === '?') {
        event.preventDefault();
        setHelp(true);
        return;
      }
      if (bindings.current.some((binding) => binding.keys.startsWith(`${name} `))) pending.current = { key: name, at: event.timeStamp };
    };
    document.addEventListener('keydown', down);
    return () => document.removeEventListener('keydown', down);
  }, []);
  const shown = help
    ? [...new Map(bindings.current.map((binding) => [binding.keys, binding])).values()].sort(
        (a, b) => a.keys.length - b.keys.length || a.keys.localeCompare(b.keys),
      )
    : [];
  return (
    <Keys.Provider value={registry.current}>
      {children}
      <Modal opened={help} onClose={() => setHelp(false)} title="Keyboard" size={560}>
        <dl className="p-keys">
          {[...byLabel([{ keys: '?', label: 'This list' }, ...shown])].map(([label, ways]) => (
            <div key={label}>
              <dt>{label}</dt>
              <dd>
                {ways.map((keys, i) => (
                  <span key={keys}>
                    {i > 0 ? <span className="or">or</span> : null}
                    {keys.split(' ').map((key) => (
                      <kbd key={key}>{keyCap(key)}</kbd>
                    ))}
                  </span>
                ))}
              </dd>
            </div>
          ))}
        </dl>
        <label className="p-switch" style={{ marginTop: 16 }}>
          <SingleKeys />
          <span>Use single-letter keys</span>
        </label>
      </Modal>
    </Keys.Provider>
  );
}

/** Keys that do the same stand in one line; those that lead elsewhere come last. */
function byLabel(bindings: readonly { readonly keys: string; readonly label: string }[]): ReadonlyMap<string, readonly string[]> {
  const leads = ({ label }: { readonly label: string }) => Number(label.startsWith('Go to '));
  const sorted = bindings.toSorted((a, b) => leads(a) - leads(b));
  return new Map([...Map.groupBy(sorted, ({ label }) => label)].map(([label, group]) => [label, group.map(({ keys }) => keys)]));
}

const caps: Readonly<Record<string, string>> = { ArrowUp: '↑', ArrowDown: '↓', ArrowLeft: '←', ArrowRight: '→', Enter: '↵', Escape: 'Esc' };

/** A key as it is printed on it. */
const keyCap = (key: string): string => {
  const shift = key.startsWith('shift+') ? '⇧' : '';
  const bare = key.replace('shift+', '');
  if (!bare.startsWith('mod+')) return shift + (caps[bare] ?? bare);
  const letter = bare.slice(4);
  return commandKey(letter === 'enter' ? '↵' : letter.toUpperCase());
};

function SingleKeys() {
  const on = singleKeys.use();
  return <input type="checkbox" className="p-check" checked={on} onChange={(event) => singleKeys.set(event.target.checked)} />;
}

/** Binds a key while mounted (and `when` is true); it appears in the `?` list. */
export function useKey(keys: string, label: string, run: (event: KeyboardEvent) => void, options: { when?: boolean } = {}): void {
  const registry = useContext(Keys);
  const latest = useRef(run);
  useEffect(() => {
    latest.current = run;
  });
  const on = options.when ?? true;
  useEffect(() => (on ? registry?.add({ keys, label, run: (event) => latest.current(event) }) : undefined), [registry, keys, label, on]);
}
