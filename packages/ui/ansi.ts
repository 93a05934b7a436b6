import Anser from 'anser';

export interface Span {
  readonly text: string;
  readonly className?: string;
}

const colours: Record<string, string> = { red: 'red', green: 'green', yellow: 'yellow', blue: 'blue', magenta: 'magenta', cyan: 'cyan' };

/** One log line's ANSI colours as classes; backgrounds and cursor codes are dropped. */
export function spansOf(line: string): readonly Span[] {
  if (!line.includes('\u001b')) return [{ text: line }];
  return Anser.ansiToJson(line, { json: true, remove_empty: true, use_classes: true }).map((part) => {
    const name = part.fg ?? '';
    const base = name.replace(/^ansi-(bright-)?/, '');
    const classes = [
      colours[base] ? `a-${base}` : base === 'black' ? 'a-dim' : '',
      name.includes('bright') || part.decorations.includes('bold') ? 'a-bold' : '',
      part.decorations.includes('dim') ? 'a-dim' : '',
      part.decorations.includes('underline') ? 'a-under' : '',
    ].filter(Boolean);
    return { text: part.content, ...(classes.length > 0 ? { className: classes.join(' ') } : {}) };
  });
}

/** The text without its colour codes. */
export const plainText = (line: string): string => Anser.ansiToText(line);
