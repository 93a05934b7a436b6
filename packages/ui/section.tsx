import { useId, type ReactNode } from 'react';

interface SectionProps {
  readonly title: string;
  /** Small words after the title: a count, a range. */
  readonly note?: ReactNode;
  /** A quiet link or control at the right. */
  readonly more?: ReactNode;
  readonly children: ReactNode;
}

/** A part of a page with a heading. */
export function Section({ title, note, more, children }: SectionProps) {
  const id = useId();
  return (
    <section className="p-section" aria-labelledby={id}>
      <header>
        <h2 id={id}>
          {title} {note === undefined ? null : <span className="n">{note}</span>}
        </h2>
        {more === undefined ? null : <div className="more">{more}</div>}
      </header>
      {children}
    </section>
  );
}

/** A small outlined word that marks an exception: Experimental, Drift, No owner. */
export function Tag({ children }: { children: ReactNode }) {
  return <span className="p-tag">{children}</span>;
}

/** Label and value pairs; values that are undefined are left out. */
export function KeyValues({ items, label }: { items: readonly (readonly [string, ReactNode])[]; label?: string }) {
  return (
    <dl className="p-kv" aria-label={label}>
      {items
        .filter(([, value]) => value !== undefined && value !== null && value !== '')
        .map(([key, value]) => (
          <div key={key} style={{ display: 'contents' }}>
            <dt>{key}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}

interface SegmentsProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly options: readonly { value: T; label: string; count?: number | undefined }[];
  readonly onChange: (value: T) => void;
}

/** A choice of two to four views of the same thing. */
export function Segments<T extends string>({ label, value, options, onChange }: SegmentsProps<T>) {
  return (
    <div className="p-seg" role="group" aria-label={label}>
      {options.map((option) => (
        <button key={option.value} type="button" aria-pressed={option.value === value} onClick={() => onChange(option.value)}>
          {option.label}
          {option.count === undefined ? null : <span className="n p-num"> {option.count}</span>}
        </button>
      ))}
    </div>
  );
}

/** A tinted message in the flow of a page. */
export function Notice({
  tone,
  icon,
  children,
  actions,
}: {
  tone?: 'waiting' | 'degraded' | 'failed' | 'info' | 'healthy';
  icon?: ReactNode;
  children: ReactNode;
  actions?: ReactNode;
}) {
  return (
    <div className={`p-notice ${tone ?? ''}`} role={tone === 'failed' ? 'alert' : undefined}>
      {icon}
      <div className="body">{children}</div>
      {actions === undefined ? null : <div className="act">{actions}</div>}
    </div>
  );
}
