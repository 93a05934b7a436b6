import type { Difference } from '@paved/catalog';

const shown = (value: unknown): string => {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
};

/** `/spec/owner` as people write it: `spec.owner`. */
export const fieldOf = (pointer: string): string =>
  pointer === ''
    ? 'the document'
    : pointer
        .slice(1)
        .split('/')
        .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
        .join('.');

/** One difference in words: `spec.owner: team-a → team-b`. */
export function changeLine({ path, before, after }: Difference): string {
  if (before === undefined) return `${fieldOf(path)}: ${shown(after)}`;
  if (after === undefined) return `${fieldOf(path)} removed`;
  return `${fieldOf(path)}: ${shown(before)} → ${shown(after)}`;
}

/** The first few differences, one line each. */
export function changeLines(differences: readonly Difference[], most = 8): string[] {
  const lines = differences.slice(0, most).map(changeLine);
  return differences.length > most ? [...lines, `and ${differences.length - most} more`] : lines;
}
