/**
 * Shares of the width after the column at `at` grew by `by` (less than nothing: shrank). What stands left of it stays where it is, what
 * stands right of it gives or takes the room, each in proportion; none gets narrower than `least`.
 */
export function resized(shares: readonly number[], at: number, by: number, least: number): readonly number[] {
  const own = shares[at] ?? 0;
  const right = shares.slice(at + 1);
  const give = right.map((share) => Math.max(0, share - least));
  const room = sum(give);
  const grown = Math.min(Math.max(by, Math.min(0, least - own)), room);
  const all = sum(right);
  const next = right.map((share, i) => (grown > 0 ? share - (grown * (give[i] ?? 0)) / room : share - (grown * share) / all));
  return [...shares.slice(0, at), own + grown, ...next].map((share) => Math.max(1, Math.round(share)));
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);
