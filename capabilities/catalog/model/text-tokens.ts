/** Longest word that is kept; of longer ones overlapping stretches of this length are. */
const LONGEST = 200;

/** What parts words: every ASCII character but letters and digits. The migration that fills the tables says it in SQL. */
const partition = /[\p{ASCII}--[A-Za-z0-9]]+/v;

/** The distinct words of an entity's text, which is lower-cased already. */
export function wordsIn(text: string): Set<string> {
  const words = new Set<string>();
  for (const word of text.toWellFormed().split(partition)) for (const kept of stretches(word)) words.add(kept);
  return words;
}

/** The word itself, or stretches of it: whatever is at most half as long as a stretch stands in one of them as a whole. */
function stretches(word: string): string[] {
  if (word === '') return [];
  const kept = [word.slice(0, LONGEST).toWellFormed()];
  for (let from = LONGEST / 2; from + LONGEST / 2 < word.length; from += LONGEST / 2)
    kept.push(word.slice(from, from + LONGEST).toWellFormed());
  return kept;
}

/** Words that an entity must have one of when a text stands in it: those that contain, end with, begin with or are `text`. */
export interface WordPattern {
  readonly where: 'within' | 'end' | 'start' | 'whole';
  readonly text: string;
}

/** Which words an entity has when a text stands in it. `exact`: and it stands there whenever it has them. */
export interface WordsOfTerm {
  readonly patterns: readonly WordPattern[];
  readonly exact: boolean;
}

/** How a lower-cased text is looked for by words; undefined when words cannot tell: it has none, or too long ones. */
export function wordsOfTerm(term: string): WordsOfTerm | undefined {
  const pieces = term.split(partition);
  const patterns = pieces.flatMap((text, i): WordPattern[] => {
    if (text === '') return [];
    const first = i === 0;
    const last = i === pieces.length - 1;
    return [{ where: first && last ? 'within' : first ? 'end' : last ? 'start' : 'whole', text }];
  });
  if (patterns.length === 0 || patterns.some((pattern) => pattern.text.length > LONGEST / 2)) return undefined;
  return { patterns, exact: pieces.length === 1 };
}
