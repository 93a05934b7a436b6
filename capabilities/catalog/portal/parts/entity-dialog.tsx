import type { Entity } from '@paved/kernel';
import { Suspense, type ComponentType } from 'react';
import { lazyCode, type EntityMenuEntry } from '@paved/ui';

// One lazy component per loader: React must see the same type on every render.
const loaded = new WeakMap<object, ComponentType<never>>();
export function lazily<P extends object>(key: object, load: () => Promise<ComponentType<P>>, whole = false): ComponentType<P> {
  const known = loaded.get(key) as ComponentType<P> | undefined;
  if (known) return known;
  const made = lazyCode(load, { whole });
  loaded.set(key, made as ComponentType<never>);
  return made;
}

/** The dialog of an entry that a capability added to the menu of an entity. */
export function EntityDialog({ entry, ...rest }: { entry: EntityMenuEntry; entity: Entity; entityRef: string; onClose: () => void }) {
  const Shown = lazily(entry, async () => (await entry.load()).Dialog);
  return (
    <Suspense fallback={null}>
      <Shown {...rest} />
    </Suspense>
  );
}
