import type MarkdownIt from 'markdown-it';

/** A parser, as markdown-it's callable class makes it. */
type Parser = InstanceType<typeof MarkdownIt>;

const opening = /^(!!!|\?\?\?\+?) +([a-z][\w-]*)(?: +"([^"]*)")? *$/i;
const github = /^\[!(NOTE|TIP|IMPORTANT|WARNING|CAUTION)\] *(?:\n|$)/i;
const known: Readonly<Record<string, string>> = {
  note: 'note',
  abstract: 'info',
  summary: 'info',
  info: 'info',
  todo: 'info',
  tip: 'tip',
  hint: 'tip',
  important: 'important',
  success: 'success',
  check: 'success',
  question: 'question',
  help: 'question',
  faq: 'question',
  warning: 'warning',
  caution: 'caution',
  attention: 'warning',
  danger: 'danger',
  error: 'danger',
  failure: 'danger',
  bug: 'danger',
  example: 'example',
  quote: 'quote',
  cite: 'quote',
};

/**
 * Boxes for notes: MkDocs' `!!! note "Title"` (and `???`, folded) with an indented body, task lists' boxes, and GitHub's
 * `> [!NOTE]`.
 */
export function admonitions(md: Parser): void {
  md.block.ruler.before(
    'fence',
    'admonition',
    (state, startLine, endLine, silent) => {
      if ((state.sCount[startLine] ?? 0) - state.blkIndent >= 4) return false;
      const line = state.src.slice((state.bMarks[startLine] ?? 0) + (state.tShift[startLine] ?? 0), state.eMarks[startLine]);
      const match = opening.exec(line);
      if (match === null) return false;
      if (silent) return true;
      const folded = match[1]?.startsWith('???') === true;
      const type = known[(match[2] ?? '').toLowerCase()] ?? 'note';
      const body = state.blkIndent + 4;
      let last = startLine + 1;
      let next = startLine + 1;
      for (; next < endLine; next++) {
        if (state.isEmpty(next)) continue;
        if ((state.sCount[next] ?? 0) < body) break;
        last = next + 1;
      }
      const title = match[3] ?? (match[2] ?? '').charAt(0).toUpperCase() + (match[2] ?? '').slice(1);
      const open = state.push('admonition_open', folded ? 'details' : 'div', 1);
      open.block = true;
      if (folded) {
        if (match[1] === '???+') open.attrSet('open', '');
      } else open.attrSet('class', `admonition admonition-${type}`);
      if (title !== '') {
        const head = state.push('admonition_title_open', folded ? 'summary' : 'div', 1);
        head.attrSet('class', 'admonition-title');
        const inline = state.push('inline', '', 0);
        inline.content = title;
        inline.children = [];
        state.push('admonition_title_close', folded ? 'summary' : 'div', -1);
      }
      const { blkIndent, lineMax, parentType } = state;
      state.blkIndent = body;
      state.lineMax = last;
      state.md.block.tokenize(state, startLine + 1, last);
      state.blkIndent = blkIndent;
      state.lineMax = lineMax;
      state.parentType = parentType;
      state.push('admonition_close', folded ? 'details' : 'div', -1).block = true;
      state.line = last;
      return true;
    },
    { alt: ['paragraph', 'reference', 'blockquote', 'list'] },
  );
  md.core.ruler.after('block', 'github_alerts', (state) => {
    for (const [i, token] of state.tokens.entries()) {
      const inline = state.tokens[i + 2];
      if (token.type !== 'blockquote_open' || inline?.type !== 'inline') continue;
      const type = github.exec(inline.content)?.[1]?.toLowerCase();
      if (type === undefined) continue;
      inline.content = inline.content.replace(github, '');
      token.tag = 'div';
      token.attrSet('class', `admonition admonition-${known[type] ?? 'note'}`);
      let depth = 0;
      for (const other of state.tokens.slice(i)) {
        if (other.type === 'blockquote_open') depth++;
        if (other.type === 'blockquote_close' && --depth === 0) {
          other.tag = 'div';
          break;
        }
      }
      const open = new state.Token('admonition_title_open', 'div', 1);
      open.attrSet('class', 'admonition-title');
      const words = new state.Token('inline', '', 0);
      words.content = type.charAt(0).toUpperCase() + type.slice(1);
      words.children = [];
      state.tokens.splice(i + 1, 0, open, words, new state.Token('admonition_title_close', 'div', -1));
    }
  });
  md.core.ruler.after('inline', 'task_lists', (state) => {
    for (const [i, token] of state.tokens.entries()) {
      const item = state.tokens[i - 2];
      const first = token.children?.[0];
      if (token.type !== 'inline' || item?.type !== 'list_item_open' || first?.type !== 'text') continue;
      const box = /^\[([ xX])\] /.exec(first.content);
      if (box === null) continue;
      first.content = first.content.slice(4);
      const input = new state.Token('html_inline', '', 0);
      input.content = `<input type="checkbox"${box[1] === ' ' ? '' : ' checked'}> `;
      token.children?.unshift(input);
      item.attrSet('class', 'task');
    }
  });
}
