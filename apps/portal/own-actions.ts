import { useMantineColorScheme } from '@mantine/core';
import { signOut as endSession } from '@paved/client';
import { call, type PaletteAction, toastError, useChange, useGo } from '@paved/ui';
import { IconDeviceDesktop, IconLogout, IconMoon, IconSun } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';

/** What people do for themselves: the look, and the way out. */
export function useOwnActions(): {
  readonly looks: readonly {
    readonly value: 'light' | 'dark' | 'auto';
    readonly label: string;
    readonly icon: typeof IconSun;
    readonly chosen: boolean;
  }[];
  readonly setLook: (value: 'light' | 'dark' | 'auto') => void;
  readonly signOut: () => void;
  readonly palette: readonly PaletteAction[];
} {
  const go = useGo();
  const queries = useQueryClient();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const leave = useChange<void>(() => call(endSession), {
    done: () => {
      queries.clear();
      go('/sign-in');
    },
    failed: toastError,
  });
  const looks = (
    [
      { value: 'light', label: 'Light', icon: IconSun },
      { value: 'dark', label: 'Dark', icon: IconMoon },
      { value: 'auto', label: 'As the system', icon: IconDeviceDesktop },
    ] as const
  ).map((look) => ({ ...look, chosen: look.value === colorScheme }));
  return {
    looks,
    setLook: setColorScheme,
    signOut: () => leave.mutate(),
    palette: [
      ...looks
        .filter((look) => !look.chosen)
        .map((look) => ({
          id: `look.${look.value}`,
          label: look.value === 'auto' ? 'Look as the system does' : `Use the ${look.value} look`,
          words: 'theme mode colour',
          icon: look.icon,
          run: () => setColorScheme(look.value),
        })),
      { id: 'sign-out', label: 'Sign out', words: 'log out leave', icon: IconLogout, run: () => leave.mutate() },
    ],
  };
}
