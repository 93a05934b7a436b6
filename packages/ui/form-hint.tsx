import { useRef, useState, type ReactNode } from 'react';
import { hintAt } from './form-context.ts';
import { Glyph } from './status.tsx';

interface HintedProps {
  readonly context: unknown;
  readonly path: readonly (string | number)[];
  readonly value: unknown;
  readonly onUse: (value: string) => void;
  /** The field, and how its input says what describes it. */
  readonly children: (describedBy: string | undefined) => ReactNode;
  readonly id: string;
}

/** A field with what is known about its value: a sentence, and the value that may be meant. Nobody is told while writing. */
export function Hinted({ context, path, value, onUse, children, id }: HintedProps) {
  const [writing, setWriting] = useState(false);
  const entered = useRef<unknown>(undefined);
  const hint = hintAt(context, path);
  const shown = hint !== undefined && (!writing || value === entered.current) ? hint : undefined;
  const isText = (target: EventTarget): boolean => target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;
  return (
    <div
      onFocus={(event) => {
        if (!isText(event.target)) return;
        entered.current = value;
        setWriting(true);
      }}
      onBlur={(event) => {
        if (isText(event.target)) setWriting(false);
      }}
    >
      {children(shown === undefined ? undefined : `${id}__hint`)}
      {shown === undefined ? null : (
        <div className="p-message degraded" id={`${id}__hint`} aria-live="polite">
          <Glyph status="degraded" label={null} size={12} />
          <span>
            {shown.message}{' '}
            {shown.use === undefined ? null : (
              <button type="button" className="p-link" onClick={() => onUse(shown.use ?? '')}>
                Use {shown.use}
              </button>
            )}
          </span>
        </div>
      )}
    </div>
  );
}
