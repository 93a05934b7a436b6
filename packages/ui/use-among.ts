import { useMemo, useRef } from 'react';

/**
 * Whether a person is among some things: with the pointer or the focus. Losing one of the two is no leaving. What is pressed there is
 * to be what was aimed at, so nothing of it should change its place meanwhile.
 */
export function useAmong(onBusy: ((busy: boolean) => void) | undefined) {
  const told = useRef(onBusy);
  told.current = onBusy;
  return useMemo(() => {
    const among = { pointer: false, focus: false };
    const tell = (what: 'pointer' | 'focus', now: boolean): void => {
      if (among[what] === now) return;
      among[what] = now;
      told.current?.(among.pointer || among.focus);
    };
    return {
      onMouseMove: () => tell('pointer', true),
      onMouseLeave: () => tell('pointer', false),
      onFocus: () => tell('focus', true),
      onBlur: () => tell('focus', false),
    };
  }, []);
}
