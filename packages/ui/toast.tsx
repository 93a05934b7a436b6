import { notifications } from '@mantine/notifications';
import type { ApiError } from './api.ts';
import { Button } from './button.tsx';
import { Glyph, type StatusName } from './status.tsx';

interface ToastOptions {
  readonly status?: StatusName;
  readonly note?: string;
  readonly action?: { readonly label: string; readonly run: () => void };
}

/** One line and one action, bottom right; failures stay until closed. Never for what the page already shows. */
export function toast(text: string, { status = 'healthy', note, action }: ToastOptions = {}): void {
  const id = `${text}-${Date.now()}`;
  notifications.show({
    id,
    autoClose: status === 'failed' ? false : 6000,
    icon: <Glyph status={status} size={16} label={null} />,
    withCloseButton: status === 'failed' || action === undefined,
    closeButtonProps: { 'aria-label': 'Close' },
    message: (
      <div className="p-toast">
        <span className="p-grow">
          {text}
          {note ? <small>{note}</small> : null}
        </span>
        {action ? (
          <Button
            small
            look="quiet"
            onClick={() => {
              notifications.hide(id);
              action.run();
            }}
          >
            {action.label}
          </Button>
        ) : null}
      </div>
    ),
  });
}

/** A change was refused and its place on the page is gone. */
export function toastError(error: ApiError): void {
  toast(error.message, { status: 'failed', ...(error.fix ? { note: error.fix } : {}) });
}
