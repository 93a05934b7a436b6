import { Drawer } from '@mantine/core';
import { IconFilter } from '@tabler/icons-react';
import { useEffect, useState, type ReactNode } from 'react';
import { Button } from './button.tsx';
import { count } from './time-words.ts';
import { useAmong } from './use-among.ts';
import './list-tools.css';

export interface FacetOption {
  readonly value: string;
  readonly label: string;
  readonly count: number;
  readonly icon?: ReactNode;
}

export interface FacetGroup {
  readonly key: string;
  readonly title: string;
  readonly options: readonly FacetOption[];
}

interface FacetsProps {
  readonly groups: readonly FacetGroup[];
  readonly chosen: (key: string) => readonly string[];
  readonly onToggle: (key: string, value: string) => void;
  readonly onClear: (key: string) => void;
  /** Told when a person is among the values (pointer or focus), so that they keep their places. */
  readonly onBusy?: (busy: boolean) => void;
}

const SHORT = 6;

function Facet({ group, chosen, onToggle, onClear }: { group: FacetGroup } & Omit<FacetsProps, 'groups' | 'onBusy'>) {
  const [all, setAll] = useState(false);
  const [find, setFind] = useState('');
  const values = chosen(group.key);
  const long = group.options.length > 12;
  const matching = group.options.filter((option) => option.label.toLowerCase().includes(find.toLowerCase()));
  const shown = all || find !== '' ? matching : matching.filter((option, i) => i < SHORT || values.includes(option.value));
  const hidden = matching.length - shown.length;
  return (
    <fieldset className="p-facet">
      <legend>
        {group.title}
        {values.length > 0 ? (
          <button type="button" className="p-link" onClick={() => onClear(group.key)}>
            Clear
          </button>
        ) : null}
      </legend>
      {long ? (
        <input
          className="p-input sm"
          value={find}
          placeholder={`Find in ${group.title.toLowerCase()}`}
          aria-label={`Find in ${group.title.toLowerCase()}`}
          onChange={(event) => setFind(event.target.value)}
        />
      ) : null}
      {shown.map((option) => (
        <label key={option.value} data-zero={option.count === 0 || undefined}>
          <input
            type="checkbox"
            className="p-check"
            checked={values.includes(option.value)}
            onChange={() => onToggle(group.key, option.value)}
          />
          {option.icon}
          <span className="p-grow p-trunc">{option.label}</span>
          <span className="n">{count(option.count)}</span>
        </label>
      ))}
      {hidden > 0 ? (
        <button type="button" className="p-link" onClick={() => setAll(true)}>
          {hidden} more
        </button>
      ) : null}
    </fieldset>
  );
}

/** Groups of checkboxes with counts, left of a list. */
export function Facets(props: FacetsProps) {
  const among = useAmong(props.onBusy);
  return (
    <div className="p-facets-column" role="group" aria-label="Filters" {...among}>
      {props.groups.map((group) => (
        <Facet key={group.key} group={group} chosen={props.chosen} onToggle={props.onToggle} onClear={props.onClear} />
      ))}
    </div>
  );
}

/** The same in a sheet, for narrow screens: one "Filters · 2" button. */
export function FacetsButton({ active, ...props }: FacetsProps & { active: number }) {
  const [open, setOpen] = useState(false);
  const { onBusy } = props;
  // The sheet is all there is while it is open.
  useEffect(() => {
    if (!open) return;
    onBusy?.(true);
    return () => onBusy?.(false);
  }, [open, onBusy]);
  return (
    <>
      <Button className="p-facets-button" icon={IconFilter} onClick={() => setOpen(true)}>
        {active === 0 ? 'Filters' : `Filters · ${active}`}
      </Button>
      <Drawer opened={open} onClose={() => setOpen(false)} title="Filters" size="100%">
        {props.groups.map((group) => (
          <Facet key={group.key} group={group} chosen={props.chosen} onToggle={props.onToggle} onClear={props.onClear} />
        ))}
        <Button look="primary" onClick={() => setOpen(false)}>
          Show the list
        </Button>
      </Drawer>
    </>
  );
}
