import { Menu } from '@mantine/core';
import { Avatar, capital, Icon, nameOf, useGo, useSession } from '@paved/ui';
import { IconLogout, IconSettings, IconUser } from '@tabler/icons-react';
import { useOwnActions } from './own-actions.ts';

/** Who is signed in, the look, and the way out. */
export function AccountMenu() {
  const session = useSession();
  const go = useGo();
  const { looks, setLook, signOut } = useOwnActions();
  if (!session) return null;
  const { actor } = session;
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
            aria-checked={look.chosen}
            onClick={() => setLook(look.value)}
            closeMenuOnClick={false}
            rightSection={look.chosen ? '✓' : null}
          >
            <Icon of={look.icon} /> {look.label}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item onClick={signOut}>
          <Icon of={IconLogout} /> Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
