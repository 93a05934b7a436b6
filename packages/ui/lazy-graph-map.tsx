import { lazy, Suspense, type ComponentProps } from 'react';
import type { GraphMap as Drawn } from './graph-map.tsx';

const Map = lazy(async () => ({ default: (await import('./graph-map.tsx')).GraphMap }));

/** A large graph; its code is fetched when it is first shown. */
export function GraphMap(props: ComponentProps<typeof Drawn>) {
  return (
    <Suspense fallback={<div className="p-map" aria-busy="true" />}>
      <Map {...props} />
    </Suspense>
  );
}
