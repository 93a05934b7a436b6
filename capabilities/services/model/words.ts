/** What only a shell understands. */
const shellSigns = /[|&;<>()$`\\*?#~=%\n]/;

/** A command line as program and arguments; undefined when it is empty or needs a shell. Quotes hold blanks together. */
export function wordsOf(line: string): string[] | undefined {
  const text = line.trim();
  if (text === '' || shellSigns.test(text)) return undefined;
  const words = [...text.matchAll(/"([^"]*)"|'([^']*)'|([^\s"']+)/g)].map((found) => found[1] ?? found[2] ?? found[3] ?? '');
  // Quotes that are not closed, or stand inside a word, are left to a shell.
  const plain = text.replaceAll(/"[^"]*"|'[^']*'/g, '');
  return /["']/.test(plain) || /\S["']|["']\S/.test(text.replaceAll(/(^|\s)("[^"]*"|'[^']*')(?=\s|$)/g, ' ')) ? undefined : words;
}
