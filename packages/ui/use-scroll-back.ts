import { useElementScrollRestoration } from '@tanstack/react-router';
import { useLayoutEffect, useRef, useState } from 'react';

/**
 * Goes back to where the page was scrolled to before it was loaded again. The router does so at once, when a long list is not there yet;
 * this waits until it is.
 */
export function useScrollBack(ready: boolean): void {
  const place = useElementScrollRestoration({ getElement: () => window });
  const [top] = useState(place?.scrollY ?? 0);
  const gone = useRef(false);
  useLayoutEffect(() => {
    if (!ready || gone.current) return;
    gone.current = true;
    if (top > 0 && Math.abs(window.scrollY - top) > 1) window.scrollTo(0, top);
  }, [ready, top]);
}
