import { createContext, useContext, type ReactNode } from 'react';
import type { PortalModule } from './portal-module.ts';

const Modules = createContext<readonly PortalModule[]>([]);

export function ModulesProvider({ modules, children }: { modules: readonly PortalModule[]; children: ReactNode }) {
  return <Modules.Provider value={modules}>{children}</Modules.Provider>;
}

/** Every capability's part of the portal. */
export const useModules = (): readonly PortalModule[] => useContext(Modules);
