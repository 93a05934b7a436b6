import { Mark, useCrumbs } from '@paved/ui';
import type { ReactNode } from 'react';
import './door.css';

/** The page before the shell: one column, one task. */
export function Door({ title, lede, children }: { title: string; lede?: ReactNode; children: ReactNode }) {
  useCrumbs([{ label: title }]);
  return (
    <div className="p-door">
      <main>
        <Mark />
        <h1>{title}</h1>
        {lede === undefined ? <div style={{ height: 24 }} /> : <p className="lede">{lede}</p>}
        {children}
      </main>
    </div>
  );
}

/** A labelled password field for new passwords. */
export function PasswordField({
  id,
  label,
  value,
  onChange,
  autoComplete,
  help,
}: {
  id: string;
  label: string;
  value: string;
  onChange: (value: string) => void;
  autoComplete: 'current-password' | 'new-password';
  help?: string;
}) {
  return (
    <div className="p-field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        name={id}
        type="password"
        className="p-input"
        required
        autoComplete={autoComplete}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        aria-describedby={help ? `${id}-help` : undefined}
      />
      {help ? (
        <p className="p-help" id={`${id}-help`}>
          {help}
        </p>
      ) : null}
    </div>
  );
}
