import { useCallback, useEffect, useLayoutEffect, useState, type RefObject } from 'react';
import { stretchOf, type RowPlaces, type Stretch } from './windowed-rows.ts';

const BEYOND = 6;

/** Which places of a table are drawn: those in the window and a few beyond, measured again whenever the page scrolls. */
export function useStretch(body: RefObject<HTMLElement | null>, places: RowPlaces, height: number): Stretch {
  const size = places.count;
  const [stretch, setStretch] = useState<Stretch>(() => stretchOf(size, height, 0, window.innerHeight, BEYOND));
  const measure = useCallback(() => {
    const top = body.current?.getBoundingClientRect().top ?? 0;
    const next = stretchOf(size, height, -top, window.innerHeight, BEYOND);
    setStretch((now) =>
      now.first === next.first && now.last === next.last && now.height === next.height && now.before === next.before ? now : next,
    );
  }, [body, size, height]);
  useLayoutEffect(measure, [measure]);
  useEffect(() => {
    let frame = 0;
    const later = () => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(measure);
    };
    window.addEventListener('scroll', later, { passive: true });
    window.addEventListener('resize', later);
    return () => {
      cancelAnimationFrame(frame);
      window.removeEventListener('scroll', later);
      window.removeEventListener('resize', later);
    };
  }, [measure]);
  return stretch;
}
