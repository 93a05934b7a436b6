import { useEffect, useState } from 'react';

/** From which width of the window on a column is left out: below 1240, 1100 or 820 px. */
export type Hide = 'xl' | 'lg' | 'sm';

const STEPS: Readonly<Record<Hide, string>> = { xl: '(max-width: 1239px)', lg: '(max-width: 1100px)', sm: '(max-width: 820px)' };

/** Which columns have no room now. Left out, not hidden: in a fixed layout hidden ones would keep their share of the width. */
export function useNarrow(): Readonly<Record<Hide, boolean>> {
  const read = () => ({
    xl: window.matchMedia(STEPS.xl).matches,
    lg: window.matchMedia(STEPS.lg).matches,
    sm: window.matchMedia(STEPS.sm).matches,
  });
  const [narrow, setNarrow] = useState(read);
  useEffect(() => {
    const medias = Object.values(STEPS).map((query) => window.matchMedia(query));
    const changed = () => setNarrow(read());
    for (const media of medias) media.addEventListener('change', changed);
    return () => {
      for (const media of medias) media.removeEventListener('change', changed);
    };
  }, []);
  return narrow;
}
