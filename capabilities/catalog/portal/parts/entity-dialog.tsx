import type { Entity } from '@paved/kernel';
import { lazy, Suspense, type ComponentType } from 'react';
import type { EntityMenuEntry } from '@paved/ui';

// One lazy component per loader: React must see the same type on every render.
const loaded = new WeakMap<object, ComponentType<never>>();
export function lazily<P>(key: object, load: () => Promise<ComponentType<P>>): ComponentType<P> {
  const known = loaded.get(key) as ComponentType<P> | undefined;
  if (known) return known;
  const made = lazy(async () => ({ default: (await load()) as ComponentType<unknown> })) as unknown as ComponentType<P>;
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
