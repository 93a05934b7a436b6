/** Title and first sentence of a repository's README. */
export function readmeOf(texts: Readonly<Record<string, string>>): { file: string; title?: string; lead?: string } | undefined {
  const file = Object.keys(texts).find((path) => /^README(\.md)?$/i.test(path));
  const text = file === undefined ? undefined : texts[file];
  if (file === undefined || text === undefined) return undefined;
  const plain = (words: string): string =>
    words
      .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
      .replace(/[`*_]|<[^>]+>/g, '')
      .replace(/\s+/g, ' ')
      .trim();
  const title = plain(/^#\s+(.+?)\s*#*$/m.exec(text)?.[1] ?? /^(.+)\r?\n=+\s*$/m.exec(text)?.[1] ?? '').slice(0, 100);
  const lead = text
    .split(/\r?\n\s*\r?\n/)
    .map((block) => block.trim())
    .filter((block) => block !== '' && !/^(#|=|\||```|<|\[!\[|!\[|[-*] )/.test(block) && !/\n=+\s*$/.test(block))
    .map(plain)
    .find((block) => block.length > 10);
  const sentence = lead === undefined ? undefined : (/^.{10,200}?[.!?](?=\s|$)/.exec(lead)?.[0] ?? lead.slice(0, 200));
  return { file, ...(title === '' ? {} : { title }), ...(sentence === undefined ? {} : { lead: sentence }) };
}
