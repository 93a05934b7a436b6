import { Menu } from '@mantine/core';
import { IconChevronUp, IconX } from '@tabler/icons-react';
import { Icon } from './icon.tsx';
import { Link } from './link.tsx';
import { count } from './time-words.ts';
import './list-tools.css';

/** Something done to the selected rows: at once, by going somewhere, or after choosing one of a few ways. */
export type BulkAction = { readonly label: string } & (
  | { readonly run: () => void }
  | { readonly href: string }
  | { readonly choices: readonly { readonly label: string; readonly run: () => void }[] }
);

/** Floats above the list while rows are selected. */
export function BulkBar({
  selected,
  actions,
  onClear,
  all,
}: {
  selected: number;
  actions: readonly BulkAction[];
  onClear: () => void;
  all?: { total: number; select: () => void };
}) {
  if (selected === 0) return null;
  return (
    <div className="p-bulk" role="toolbar" aria-label="Actions on the selected rows">
      <b aria-live="polite">{count(selected)} selected</b>
      {all && all.total > selected ? (
        <button type="button" onClick={all.select}>
          Select all {count(all.total)}
        </button>
      ) : null}
      {actions.map((action) => (
        <Action key={action.label} action={action} />
      ))}
      <span className="line" />
      <button type="button" aria-label="Clear the selection" onClick={onClear}>
        <Icon of={IconX} />
      </button>
    </div>
  );
}

function Action({ action }: { action: BulkAction }) {
  if ('href' in action) return <Link href={action.href}>{action.label}</Link>;
  if ('run' in action) {
    return (
      <button type="button" onClick={action.run}>
        {action.label}
      </button>
    );
  }
  return (
    <Menu position="top">
      <Menu.Target>
        <button type="button">
          {action.label}
          <Icon of={IconChevronUp} size={14} />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {action.choices.map((choice) => (
          <Menu.Item key={choice.label} onClick={choice.run}>
            {choice.label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
