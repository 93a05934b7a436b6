import { IconChevronDown } from '@tabler/icons-react';
import { useEffect, useId, useRef, useState } from 'react';
import { Icon } from './icon.tsx';
import './schema-form.css';

export interface ComboOption {
  readonly value: string;
  readonly label: string;
  readonly note?: string | undefined;
}

interface ComboboxProps {
  readonly id: string;
  readonly value: string | undefined;
  /** What the field shows for the value. */
  readonly shown?: string | undefined;
  readonly search: (query: string) => Promise<readonly ComboOption[]>;
  readonly onChange: (value: string | undefined) => void;
  readonly onBlur?: () => void;
  readonly placeholder?: string | undefined;
  /** Takes text that is in no list. */
  readonly free?: boolean;
  readonly disabled?: boolean;
  readonly invalid?: boolean;
  readonly label?: string;
  readonly describedBy?: string | undefined;
}

/** A text field that searches as one types. */
export function Combobox({
  id,
  value,
  shown,
  search,
  onChange,
  onBlur,
  placeholder,
  free = false,
  disabled = false,
  invalid = false,
  label,
  describedBy,
}: ComboboxProps) {
  const list = useId();
  const [draft, setDraft] = useState(shown ?? value ?? '');
  const [open, setOpen] = useState(false);
  const [options, setOptions] = useState<readonly ComboOption[]>();
  const [at, setAt] = useState(0);
  const typed = useRef(false);
  useEffect(() => {
    if (!open) setDraft(shown ?? value ?? '');
  }, [value, shown, open]);
  useEffect(() => {
    if (!open) return;
    let dead = false;
    const timer = setTimeout(
      () =>
        void search(typed.current ? draft : '').then((found) => {
          if (dead) return;
          setOptions(found);
          setAt(0);
        }),
      typed.current ? 120 : 0,
    );
    return () => {
      dead = true;
      clearTimeout(timer);
    };
  }, [draft, open]); // oxlint-disable-line react-hooks/exhaustive-deps -- `search` is a fresh function on each render
  const choose = (option: ComboOption | undefined) => {
    if (option) {
      onChange(option.value);
      setDraft(option.label);
    }
    setOpen(false);
  };
  return (
    <div className="p-picker">
      <input
        id={id}
        className="p-input"
        role="combobox"
        aria-expanded={open}
        aria-controls={open ? list : undefined}
        aria-autocomplete="list"
        aria-activedescendant={open && options?.[at] ? `${list}-${at}` : undefined}
        aria-invalid={invalid || undefined}
        aria-label={label}
        aria-describedby={describedBy}
        autoComplete="off"
        placeholder={placeholder}
        disabled={disabled}
        value={draft}
        onFocus={() => {
          typed.current = false;
          setOpen(true);
        }}
        onClick={() => setOpen(true)}
        onChange={(event) => {
          typed.current = true;
          setOpen(true);
          setDraft(event.target.value);
          if (free) onChange(event.target.value || undefined);
          else if (event.target.value === '') onChange(undefined);
        }}
        onBlur={() => {
          setOpen(false);
          const exact = options?.find((option) => option.label.toLowerCase() === draft.trim().toLowerCase());
          if (typed.current && exact) onChange(exact.value);
          onBlur?.();
        }}
        onKeyDown={(event) => {
          const last = (options?.length ?? 1) - 1;
          if (event.key === 'ArrowDown') {
            setOpen(true);
            setAt((now) => Math.min(last, now + 1));
          } else if (event.key === 'ArrowUp') setAt((now) => Math.max(0, now - 1));
          else if (event.key === 'Enter' && open && options?.[at]) choose(options[at]);
          else if (event.key === 'Escape' && open) setOpen(false);
          else return;
          event.preventDefault();
          event.stopPropagation();
        }}
      />
      <Icon of={IconChevronDown} />
      {open && options ? (
        <ul
          className="p-options"
          id={list}
          role="listbox"
          aria-label={label ?? placeholder ?? 'Choices'}
          onMouseDown={(event) => event.preventDefault()}
        >
          {options.length === 0 ? (
            <li className="none" role="option" aria-selected="false" aria-disabled="true">
              Nothing matches “{draft}”
            </li>
          ) : null}
          {options.map((option, i) => (
            <li
              key={option.value}
              id={`${list}-${i}`}
              role="option"
              aria-selected={i === at}
              onMouseMove={() => setAt(i)}
              onClick={() => choose(option)}
            >
              <span className="p-trunc">{option.label}</span>
              {option.note ? <small>{option.note}</small> : null}
            </li>
          ))}
        </ul>
      ) : null}
    </div>
  );
}
