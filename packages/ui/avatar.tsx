/** A person (circle), a team (square) or a machine (outlined). */
export function Avatar({ name, kind = 'person', small = false }: { name: string; kind?: 'person' | 'team' | 'bot'; small?: boolean }) {
  const parts = name.split(/[\s._/-]+/).filter(Boolean);
  const letters = parts.length > 1 ? `${parts[0]?.[0] ?? ''}${parts[1]?.[0] ?? ''}` : name.slice(0, 2);
  // Drawn by CSS: the letters are decoration, not a name to read out.
  return <span className={`p-avatar ${kind === 'person' ? '' : kind} ${small ? 'sm' : ''}`} data-letters={letters} aria-hidden />;
}
