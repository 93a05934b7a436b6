import { Modal } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import type { ApiError } from './api.ts';
import { Button } from './button.tsx';
import { ErrorNotice } from './state.tsx';

interface DestroyDialogProps {
  readonly opened: boolean;
  readonly onClose: () => void;
  /** "Delete checkout?" */
  readonly title: string;
  /** The exact effect, object and date. */
  readonly children: ReactNode;
  /** Must be typed before the button works; for data. */
  readonly typeName?: string;
  /** Why it cannot be done now. */
  readonly blocked?: string | undefined;
  readonly keep: string;
  readonly destroy: string;
  readonly working: boolean;
  readonly error: ApiError | null;
  readonly onDestroy: () => void;
}

/** Only for what cannot be undone; the safe button has the focus. */
export function DestroyDialog({
  opened,
  onClose,
  title,
  children,
  typeName,
  blocked,
  keep,
  destroy,
  working,
  error,
  onDestroy,
}: DestroyDialogProps) {
  const [typed, setTyped] = useState('');
  const ready = typeName === undefined || typed === typeName;
  return (
    <Modal opened={opened} onClose={onClose} title={title} className="p-dialog">
      <div className="p-dialog">
        {children}
        {typeName === undefined ? null : (
          <div className="p-field" style={{ marginTop: 12 }}>
            <label htmlFor="destroy-name">
              Type <span className="p-mono">{typeName}</span> to go on
            </label>
            <input
              id="destroy-name"
              className="p-input sm mono"
              autoComplete="off"
              value={typed}
              onChange={(event) => setTyped(event.target.value)}
            />
          </div>
        )}
        {error ? (
          <div style={{ marginTop: 12 }}>
            <ErrorNotice error={error} />
          </div>
        ) : null}
        <footer>
          <Button onClick={onClose} data-autofocus>
            {keep}
          </Button>
          <Button
            look="danger"
            working={working}
            disabledReason={blocked ?? (ready ? undefined : `Type ${typeName} first`)}
            onClick={onDestroy}
          >
            {destroy}
          </Button>
        </footer>
      </div>
    </Modal>
  );
}

/** A small form in a dialog: a few inputs and one next step. */
export function FormDialog({
  opened,
  onClose,
  title,
  submit,
  working,
  error,
  onSubmit,
  children,
  disabledReason,
}: {
  opened: boolean;
  onClose: () => void;
  title: string;
  submit: string;
  working: boolean;
  error: ApiError | null;
  onSubmit: () => void;
  children: ReactNode;
  disabledReason?: string | undefined;
}) {
  return (
    <Modal opened={opened} onClose={onClose} title={title}>
      <form
        className="p-dialog"
        onSubmit={(event) => {
          event.preventDefault();
          if (!working && disabledReason === undefined) onSubmit();
        }}
      >
        <div style={{ marginTop: 8 }}>{children}</div>
        {error ? (
          <div style={{ marginTop: 12 }}>
            <ErrorNotice error={error} />
          </div>
        ) : null}
        <footer>
          <Button look="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button look="primary" type="submit" working={working} disabledReason={disabledReason}>
            {submit}
          </Button>
        </footer>
      </form>
    </Modal>
  );
}
