import type { IconType } from './icon.tsx';
import { useData } from './use-data.ts';

interface DrawnKinds {
  readonly items: readonly { readonly kind: string; readonly drawing?: readonly string[] }[];
}

// One component for each kind: React must see the same one on every render.
const made = new Map<string, IconType>();

/** The icon that the declaration of a kind names; `otherwise` until it is known, and when it names none. */
export function declaredIcon(kind: string, otherwise: IconType): IconType {
  const key = `${kind} ${otherwise.displayName ?? ''}`;
  const known = made.get(key);
  if (known !== undefined) return known;
  const shown = (({ size, stroke, className }: { size: number; stroke: number; className?: string }) => (
    <Drawn kind={kind} otherwise={otherwise} size={size} stroke={stroke} className={className} />
  )) as unknown as IconType;
  made.set(key, shown);
  return shown;
}

interface DrawnProps {
  readonly kind: string;
  readonly otherwise: IconType;
  readonly size: number;
  readonly stroke: number;
  readonly className: string | undefined;
}

function Drawn({ kind, otherwise: Otherwise, size, stroke, className }: DrawnProps) {
  const kinds = useData<DrawnKinds>('/api/catalog/kinds');
  const drawing = kinds.data?.items.find((one) => one.kind.toLowerCase() === kind)?.drawing;
  if (drawing === undefined) return <Otherwise size={size} stroke={stroke} className={className} aria-hidden />;
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth={stroke}
      strokeLinecap="round"
      strokeLinejoin="round"
      className={className}
      aria-hidden
    >
      {drawing.map((line) => (
        <path key={line} d={line} />
      ))}
    </svg>
  );
}
