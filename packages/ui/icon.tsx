import type { Icon as TablerIcon } from '@tabler/icons-react';

export type IconType = TablerIcon;

/** A tabler icon in one of the two sizes of the visual language (and 14 for facts). */
export function Icon({ of: Shape, size = 16 }: { of: IconType; size?: 14 | 16 | 20 }) {
  return <Shape size={size} stroke={size === 20 ? 1.75 : 2} className={`p-icon s${size}`} aria-hidden />;
}
