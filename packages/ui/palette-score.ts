const wordStart = (text: string, at: number): boolean => at === 0 || /[\s\-_/.:+#]/.test(text[at - 1] ?? '');

/** The letters of a word in their order, beginning where a word begins: "cncrt" in "concert-alerts". Its spread, or undefined. */
function spread(text: string, word: string): number | undefined {
  let best: number | undefined;
  for (let from = 0; from < text.length; from += 1) {
    if (text[from] !== word[0] || !wordStart(text, from)) continue;
    let at = from;
    let found = 1;
    while (found < word.length) {
      at = text.indexOf(word[found] ?? '', at + 1);
      if (at < 0) break;
      found += 1;
    }
    if (found < word.length) break;
    const gaps = at - from + 1 - word.length;
    // Letters strewn over half a sentence are no match.
    if (gaps <= word.length && (best === undefined || gaps < best)) best = gaps;
  }
  return best;
}

function scoreOfWord(text: string, word: string): number | undefined {
  let within: number | undefined;
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    if (wordStart(text, at)) return (text.length === word.length ? 0 : 1) + Math.min(at, 40) / 10;
    within ??= at;
  }
  if (within !== undefined) return 6 + Math.min(within, 40) / 20;
  const gaps = word.length < 3 ? undefined : spread(text, word);
  return gaps === undefined ? undefined : 10 + gaps;
}

/**
 * How well a text answers what was typed: 0 is exactly, more is worse, undefined is not at all. Every word has to be found: best at the
 * start of a word, then inside one, then by its letters in their order. `also` are words that find it as well, but not as well.
 */
export function paletteScore(label: string, query: string, also = ''): number | undefined {
  const text = label.toLowerCase();
  let total = 0;
  for (const word of query.toLowerCase().split(/\s+/)) {
    if (word === '') continue;
    const own = scoreOfWord(text, word);
    const other = own !== undefined && own < 6 ? undefined : scoreOfWord(also.toLowerCase(), word);
    const best = Math.min(own ?? Infinity, other === undefined ? Infinity : other + 4);
    if (best === Infinity) return undefined;
    total += best;
  }
  return total;
}
