import { useSyncExternalStore } from 'react';

/** A value kept in this browser, shared by all components of the tab and by other tabs. */
export function createStored<T>(key: string, initial: T): { use: () => T; get: () => T; set: (value: T) => void } {
  const name = `paved.${key}`;
  const listeners = new Set<() => void>();
  const read = (): T => {
    try {
      const text = localStorage.getItem(name);
      return text === null ? initial : (JSON.parse(text) as T);
    } catch {
      return initial;
    }
  };
  let value = read();
  const tell = () => {
    for (const listener of listeners) listener();
  };
  const subscribe = (listener: () => void) => {
    const heard = (event: StorageEvent) => {
      if (event.key !== name) return;
      value = read();
      tell();
    };
    listeners.add(listener);
    window.addEventListener('storage', heard);
    return () => {
      listeners.delete(listener);
      window.removeEventListener('storage', heard);
    };
  };
  const get = () => value;
  return {
    get,
    use: () => useSyncExternalStore(subscribe, get, get),
    set: (next) => {
      value = next;
      try {
        localStorage.setItem(name, JSON.stringify(next));
      } catch {
        // A full or forbidden storage: the value lives until the tab closes.
      }
      tell();
    },
  };
}

/** Entities a person pinned to the navigation, newest last. */
export const pinned = createStored<readonly string[]>('pinned', []);
/** Whether the navigation is collapsed; undefined means: decided by the width. */
export const navigationClosed = createStored<boolean | null>('navigation-closed', null);
/** Things visited lately, newest first, for the palette. */
export const recent = createStored<readonly { readonly href: string; readonly label: string; readonly note?: string }[]>('recent', []);
/** Single-letter keys can be switched off (design §9). */
export const singleKeys = createStored('single-keys', true);

/** Notes a visit for the palette's recent things. */
export function visited(entry: { href: string; label: string; note?: string }): void {
  recent.set([entry, ...recent.get().filter((other) => other.href !== entry.href)].slice(0, 8));
}
