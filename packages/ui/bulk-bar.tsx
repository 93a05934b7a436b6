import { IconX } from '@tabler/icons-react';
import { Icon } from './icon.tsx';
import { count } from './time-words.ts';
import './list-tools.css';

/** Floats above the list while rows are selected. */
export function BulkBar({
  selected,
  actions,
  onClear,
  all,
}: {
  selected: number;
  actions: readonly { label: string; run: () => void }[];
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
        <button key={action.label} type="button" onClick={action.run}>
          {action.label}
        </button>
      ))}
      <span className="line" />
      <button type="button" aria-label="Clear the selection" onClick={onClear}>
        <Icon of={IconX} />
      </button>
    </div>
  );
}
