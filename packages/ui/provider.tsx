import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import type { ReactNode } from 'react';
import { resolveVariables, theme } from './theme.tsx';
import './styles.css';

/** Theme, colour scheme and toasts around everything. */
export function UiProvider({ children }: { children: ReactNode }) {
  return (
    <MantineProvider theme={theme} cssVariablesResolver={resolveVariables} defaultColorScheme="auto" deduplicateCssVariables={false}>
      <Notifications position="bottom-right" limit={4} containerWidth={380} />
      {children}
    </MantineProvider>
  );
}
