import { Suspense, type ComponentProps } from 'react';
import type { GraphMap as Drawn } from './graph-map.tsx';
import { lazyCode } from './lazy-code.tsx';

const Map = lazyCode(async () => (await import('./graph-map.tsx')).GraphMap, { whole: true });

/** A large graph; its code is fetched when it is first shown. */
export function GraphMap(props: ComponentProps<typeof Drawn>) {
  return (
    <Suspense fallback={<div className="p-map" aria-busy="true" />}>
      <Map {...props} />
    </Suspense>
  );
}
