import { count } from '@paved/ui';
import './ingestion.css';

export interface Sort {
  /** Undefined: all of them. */
  readonly value: string | undefined;
  readonly label: string;
  readonly count: number;
}

/** Sorts of things with how many there are of each, to look at one of them; there is nothing to choose where all are of one sort. */
export function NarrowBy({
  label,
  sorts,
  value,
  onChange,
}: {
  label: string;
  sorts: readonly Sort[];
  value: string | undefined;
  onChange: (value: string | undefined) => void;
}) {
  const shown = sorts.filter((sort) => sort.count > 0 || sort.value === value || sort.value === undefined);
  if (shown.length < 3 && value === undefined) return null;
  return (
    <div className="p-ingestion-sorts" role="group" aria-label={label}>
      {shown.map((sort) => (
        <button key={sort.label} type="button" aria-pressed={sort.value === value} onClick={() => onChange(sort.value)}>
          {sort.label} <span className="p-num">{count(sort.count)}</span>
        </button>
      ))}
    </div>
  );
}
