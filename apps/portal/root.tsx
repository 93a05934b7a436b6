import { CrumbsProvider, EntityTitlesProvider, KeyboardProvider, LiveProvider, ModulesProvider, PageActionsProvider } from '@paved/ui';
import { useState, type ReactNode } from 'react';
import { createLiveSource } from './events/live-source.ts';
import { modules } from './modules.ts';
import { StreamContext } from './stream-context.ts';

/** What every page stands on, signed in or not. */
export function Root({ children }: { children: ReactNode }) {
  const [source] = useState(createLiveSource);
  return (
    <StreamContext value={source}>
      <LiveProvider source={source}>
        <ModulesProvider modules={modules}>
          <EntityTitlesProvider>
            <KeyboardProvider>
              <CrumbsProvider>
                <PageActionsProvider>{children}</PageActionsProvider>
              </CrumbsProvider>
            </KeyboardProvider>
          </EntityTitlesProvider>
        </ModulesProvider>
      </LiveProvider>
    </StreamContext>
  );
}
