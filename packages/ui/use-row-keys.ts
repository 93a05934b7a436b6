import { useKey } from './keyboard.tsx';

interface RowKeys {
  /** By so many rows down, or up when negative. */
  readonly move: (by: number) => void;
  /** Selects the row under the cursor, or no more; left out where rows are not selected. */
  readonly select?: (() => void) | undefined;
  /** Selects from where selecting began up to the cursor. */
  readonly selectUpTo?: (() => void) | undefined;
  /** There is something to clear. */
  readonly clear?: (() => void) | undefined;
  /** A row is under the cursor. */
  readonly on: boolean;
  /** The keys belong to this table. */
  readonly when?: boolean;
}

const nothing = (): void => undefined;

/** The keys every table of rows has: `j k` or arrows move, `x` and `⇧x` select, `Esc` clears. */
export function useRowKeys({ move, select, selectUpTo, clear, on, when = true }: RowKeys): void {
  useKey('j', 'Next row', () => move(1), { when });
  useKey('k', 'Previous row', () => move(-1), { when });
  useKey('ArrowDown', 'Next row', () => move(1), { when });
  useKey('ArrowUp', 'Previous row', () => move(-1), { when });
  useKey('x', 'Select the row', select ?? nothing, { when: when && on && select !== undefined });
  useKey('X', 'Select up to here', selectUpTo ?? nothing, { when: when && on && selectUpTo !== undefined });
  useKey('Escape', 'Clear the selection', clear ?? nothing, { when: when && clear !== undefined });
}
