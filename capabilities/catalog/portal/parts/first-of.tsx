import { useState, type ReactNode } from 'react';

/** The first of many things, and the rest when somebody asks. */
export function FirstOf<T>({ items, most, of }: { items: readonly T[]; most: number; of: (item: T) => ReactNode }) {
  const [all, setAll] = useState(false);
  const shown = all || items.length <= most + 1 ? items : items.slice(0, most);
  return (
    <>
      {shown.map(of)}
      {shown.length < items.length ? (
        <button type="button" className="p-link p-13" onClick={() => setAll(true)}>
          {items.length - shown.length} more
        </button>
      ) : null}
    </>
  );
}
