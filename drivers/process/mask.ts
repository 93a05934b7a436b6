/** What stands in a log line instead of a secret. */
const MASK = '••••';

/** Shorter values would mask ordinary words. */
const SHORTEST = 4;

/** Replaces secrets in a line, also as they look inside JSON or a URL; longest first, so that no part of one remains. */
export function createMasker(secrets: Iterable<string>): (line: string) => string {
  const needles = new Set<string>();
  for (const secret of secrets) {
    for (const piece of secret.split(/\r?\n/)) {
      if (piece.length < SHORTEST) continue;
      needles.add(piece).add(JSON.stringify(piece).slice(1, -1)).add(encodeURIComponent(piece));
    }
  }
  const ordered = [...needles].sort((a, b) => b.length - a.length);
  return (line) => ordered.reduce((text, needle) => (text.includes(needle) ? text.replaceAll(needle, MASK) : text), line);
}
