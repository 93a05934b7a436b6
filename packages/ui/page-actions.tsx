import { createContext, useContext, useEffect, useState, type ReactNode } from 'react';
import type { PaletteAction } from './portal-module.ts';

const Setter = createContext<(actions: readonly PaletteAction[]) => void>(() => undefined);
const Value = createContext<readonly PaletteAction[]>([]);

export function PageActionsProvider({ children }: { children: ReactNode }) {
  const [actions, setActions] = useState<readonly PaletteAction[]>([]);
  return (
    <Setter.Provider value={setActions}>
      <Value.Provider value={actions}>{children}</Value.Provider>
    </Setter.Provider>
  );
}

/** Puts actions on the page's thing first in the palette while mounted. */
export function usePageActions(actions: readonly PaletteAction[]): void {
  const set = useContext(Setter);
  const key = actions.map((action) => `${action.id}${action.label}`).join('|');
  useEffect(() => {
    set(actions);
    return () => set([]);
  }, [set, key]); // oxlint-disable-line react-hooks/exhaustive-deps -- the key names what the list holds
}

export const usePageActionList = (): readonly PaletteAction[] => useContext(Value);
