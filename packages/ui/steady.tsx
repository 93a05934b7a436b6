import { useIsFetching } from '@tanstack/react-query';
import { useEffect, useRef, useState, type ReactNode } from 'react';

/** Longest wait: what is slow then comes when it comes. */
const PATIENCE_MS = 1200;
const STEP_MS = 30;

/**
 * Sections that are asked for separately and stand below each other: they are shown together as soon as all are there, so that none
 * pushes another away from under a reader's eye.
 */
export function Steady({ children, className }: { children: ReactNode; className?: string }) {
  const [ready, setReady] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const asking = useRef(0);
  asking.current = useIsFetching();
  useEffect(() => {
    if (ready) return;
    let calm = 0;
    let waited = 0;
    const timer = setInterval(() => {
      waited += STEP_MS;
      const loading = asking.current > 0 || box.current?.querySelector('[aria-busy="true"], .p-skeleton') !== null;
      calm = loading ? 0 : calm + 1;
      if (calm >= 2 || waited >= PATIENCE_MS) setReady(true);
    }, STEP_MS);
    return () => clearInterval(timer);
  }, [ready]);
  return (
    <div ref={box} className={className} style={ready ? undefined : { visibility: 'hidden' }}>
      {children}
    </div>
  );
}
