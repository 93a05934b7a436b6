import { IconSearch, IconX } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { Icon } from './icon.tsx';
import { useKey } from './keyboard.tsx';
import './list-tools.css';

export interface QueryToken {
  readonly key: string;
  readonly value: string;
  /** "owner is Payments" */
  readonly label: string;
}

interface QueryFieldProps {
  readonly tokens: readonly QueryToken[];
  readonly text: string;
  readonly placeholder: string;
  readonly onText: (text: string) => void;
  readonly onRemove: (token: QueryToken) => void;
}

/** Filters as words and free text in one field; `/` focuses it, Backspace takes the last word. */
export function QueryField({ tokens, text, placeholder, onText, onRemove }: QueryFieldProps) {
  const input = useRef<HTMLInputElement>(null);
  const [draft, setDraft] = useState(text);
  const sent = useRef(text);
  useEffect(() => {
    if (text !== sent.current) setDraft(text);
    sent.current = text;
  }, [text]);
  useEffect(() => {
    if (draft === sent.current) return;
    const timer = setTimeout(() => {
      sent.current = draft;
      onText(draft);
    }, 200);
    return () => clearTimeout(timer);
  }, [draft, onText]);
  useKey('/', 'Search this page', () => input.current?.focus());
  return (
    <div className="p-query" role="search" onClick={() => input.current?.focus()}>
      <Icon of={IconSearch} />
      {tokens.map((token) => (
        <span className="p-token" key={`${token.key}=${token.value}`}>
          <span className="p-trunc">{token.label}</span>
          <button type="button" aria-label={`Remove ${token.label}`} onClick={() => onRemove(token)}>
            <IconX size={12} stroke={2} aria-hidden />
          </button>
        </span>
      ))}
      <input
        ref={input}
        value={draft}
        aria-label={placeholder}
        placeholder={placeholder}
        onChange={(event) => setDraft(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Backspace' && draft === '') {
            const last = tokens.at(-1);
            if (last) onRemove(last);
          }
          if (event.key === 'Escape') {
            event.preventDefault();
            if (draft === '') input.current?.blur();
            else setDraft('');
          }
        }}
      />
      <kbd className="hide-sm" aria-hidden>
        /
      </kbd>
    </div>
  );
}
