import { IconSearch } from '@tabler/icons-react';
import { Icon, useKey } from '@paved/ui';
import { useRef } from 'react';

interface FindInGraphProps {
  readonly value: string;
  readonly hits: readonly string[];
  readonly chosen: string | undefined;
  readonly onFind: (text: string) => void;
  readonly onChoose: (ref: string) => void;
}

/** Finds nodes by name; Enter goes from hit to hit. */
export function FindInGraph({ value, hits, chosen, onFind, onChoose }: FindInGraphProps) {
  const box = useRef<HTMLInputElement>(null);
  useKey('/', 'Find in the graph', () => box.current?.focus());
  return (
    <div className="p-explorer-find">
      <Icon of={IconSearch} />
      <input
        ref={box}
        className="p-input sm"
        type="search"
        placeholder="Find in the graph"
        aria-label="Find in the graph"
        value={value}
        onChange={(event) => onFind(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') return onFind('');
          if (event.key !== 'Enter' || hits.length === 0) return;
          event.preventDefault();
          const at = hits.indexOf(chosen ?? '');
          const next = hits[(at + (event.shiftKey ? hits.length - 1 : 1)) % hits.length];
          if (next !== undefined) onChoose(next);
        }}
      />
      <span className="n" role="status">
        {value === ''
          ? ''
          : hits.length === 0
            ? 'none'
            : `${chosen !== undefined && hits.includes(chosen) ? `${hits.indexOf(chosen) + 1} of ` : ''}${hits.length}`}
      </span>
    </div>
  );
}
