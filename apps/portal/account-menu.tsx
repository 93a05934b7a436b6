import { Menu, useMantineColorScheme } from '@mantine/core';
import { signOut as endSession } from '@paved/client';
import { Avatar, call, capital, Icon, nameOf, toastError, useChange, useGo, useSession } from '@paved/ui';
import { IconDeviceDesktop, IconLogout, IconMoon, IconSettings, IconSun, IconUser } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';

/** Who is signed in, the look, and the way out. */
export function AccountMenu() {
  const session = useSession();
  const go = useGo();
  const queries = useQueryClient();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const signOut = useChange<void>(() => call(endSession), {
    done: () => {
      queries.clear();
      go('/sign-in');
    },
    failed: toastError,
  });
  if (!session) return null;
  const { actor } = session;
  const looks = [
    { value: 'light', label: 'Light', icon: IconSun },
    { value: 'dark', label: 'Dark', icon: IconMoon },
    { value: 'auto', label: 'As the system', icon: IconDeviceDesktop },
  ] as const;
  return (
    <Menu width={240}>
      <Menu.Target>
        <button type="button" className="p-iconbutton" aria-label={`Your account: ${actor.displayName}`}>
          <Avatar name={actor.displayName} />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          {actor.displayName} · {capital(actor.role.replace('-', ' '))}
        </Menu.Label>
        <Menu.Item onClick={() => go(`/catalog/default/user/${encodeURIComponent(nameOf(actor.ref))}`)}>
          <Icon of={IconUser} /> Your page
        </Menu.Item>
        <Menu.Item onClick={() => go('/settings')}>
          <Icon of={IconSettings} /> Settings
        </Menu.Item>
        <Menu.Divider />
        <Menu.Label>Look</Menu.Label>
        {looks.map((look) => (
          <Menu.Item
            key={look.value}
            role="menuitemradio"
            aria-checked={colorScheme === look.value}
            onClick={() => setColorScheme(look.value)}
            closeMenuOnClick={false}
            rightSection={colorScheme === look.value ? '✓' : null}
          >
            <Icon of={look.icon} /> {look.label}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item onClick={() => signOut.mutate()}>
          <Icon of={IconLogout} /> Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
