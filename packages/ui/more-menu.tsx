import { Menu } from '@mantine/core';
import { IconDots } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import { IconButton } from './button.tsx';
import { Icon } from './icon.tsx';
import { Link } from './link.tsx';
import { inMenuOrder, keptInPlace, type MenuEntry } from './menu-entry.ts';

interface MoreMenuProps {
  readonly entries: readonly MenuEntry[];
  readonly label?: string;
  readonly small?: boolean;
}

/** The "…" menu: verbs, what destroys last under a line. While it is open no entry moves. */
export function MoreMenu({ entries, label = 'More actions', small = false }: MoreMenuProps) {
  const [open, setOpen] = useState(false);
  const shown = useRef<readonly MenuEntry[]>([]);
  // Closed, it forgets only when it opens again: its entries still fade out.
  if (open) shown.current = keptInPlace(shown.current, entries);
  const change = (opens: boolean) => {
    if (opens) shown.current = inMenuOrder(entries);
    setOpen(opens);
  };
  const firstDanger = shown.current.findIndex((entry) => entry.danger);
  return (
    <Menu opened={open} onChange={change}>
      <Menu.Target>
        <IconButton boxed small={small} label={label} icon={IconDots} />
      </Menu.Target>
      <Menu.Dropdown>
        {shown.current.map((entry, i) => [
          i > 0 && i === firstDanger ? <Menu.Divider key="danger" /> : null,
          <MenuItem key={entry.label} entry={entry} />,
        ])}
      </Menu.Dropdown>
    </Menu>
  );
}

function MenuItem({ entry }: { entry: MenuEntry }) {
  const body = (
    <>
      {entry.icon ? <Icon of={entry.icon} /> : null}
      {entry.label}
    </>
  );
  const danger = { 'data-danger': entry.danger || undefined } as const;
  return entry.href ? (
    <Menu.Item renderRoot={(root) => <Link {...root} href={entry.href ?? ''} />} {...danger}>
      {body}
    </Menu.Item>
  ) : (
    <Menu.Item onClick={entry.run} {...danger}>
      {body}
    </Menu.Item>
  );
}
