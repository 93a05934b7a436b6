import { autocompletion, closeBrackets, completionKeymap, startCompletion, type CompletionContext } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { yaml } from '@codemirror/lang-yaml';
import { bracketMatching, HighlightStyle, indentOnInput, indentUnit, syntaxHighlighting } from '@codemirror/language';
import { lintGutter, lintKeymap, setDiagnostics, type Diagnostic } from '@codemirror/lint';
import { EditorState } from '@codemirror/state';
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { useEffect, useRef } from 'react';
import type { DraftProblem, DraftWarning } from '../draft.ts';
import type { Offer } from './completion.ts';
import { yamlPlace, type YamlPlace } from './yaml-path.ts';

export interface YamlEditorProps {
  readonly value: string;
  readonly onChange: (text: string) => void;
  readonly problems: readonly DraftProblem[];
  readonly warnings: readonly DraftWarning[];
  /** Where to stand; each new object moves there. */
  readonly goTo?: { readonly line: number } | undefined;
  readonly offers: (place: YamlPlace) => Promise<readonly Offer[]>;
}

const colours = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: 'var(--p-text)', fontWeight: '530' },
  { tag: [tags.string, tags.content], color: 'var(--p-accent)' },
  { tag: [tags.number, tags.bool, tags.null, tags.atom], color: 'var(--p-viz-2)' },
  { tag: [tags.comment, tags.lineComment], color: 'var(--p-text-3)' },
  { tag: [tags.punctuation, tags.separator, tags.squareBracket, tags.brace, tags.meta], color: 'var(--p-text-2)' },
]);

/** The document as YAML: problems at their lines, completion from the kind's schema and the catalog. */
export function YamlEditor({ value, onChange, problems, warnings, goTo, offers }: YamlEditorProps) {
  const holder = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  const latest = useRef({ onChange, offers });
  useEffect(() => {
    latest.current = { onChange, offers };
  });

  useEffect(() => {
    if (holder.current === null) return undefined;
    const complete = async (context: CompletionContext) => {
      const place = yamlPlace(context.state.doc.toString(), context.pos);
      if (!context.explicit && place.word === '' && place.writes === 'key') return null;
      const options = await latest.current.offers(place);
      if (options.length === 0) return null;
      return {
        from: place.from,
        options: options.map(({ label, detail, apply }) => ({
          label,
          ...(detail === undefined ? {} : { detail }),
          ...(apply === undefined ? {} : { apply }),
        })),
        validFor: /^[\w./:@-]*$/,
      };
    };
    const editor = new EditorView({
      parent: holder.current,
      state: EditorState.create({
        doc: value,
        extensions: [
          lineNumbers(),
          lintGutter(),
          history(),
          drawSelection(),
          indentOnInput(),
          indentUnit.of('  '),
          bracketMatching(),
          closeBrackets(),
          highlightActiveLine(),
          yaml(),
          syntaxHighlighting(colours),
          autocompletion({ override: [complete] }),
          // Escape, then Tab leaves the editor: nobody is caught in it.
          keymap.of([
            ...completionKeymap,
            { key: 'Mod-.', run: startCompletion },
            ...defaultKeymap,
            ...historyKeymap,
            ...lintKeymap,
            indentWithTab,
          ]),
          // The tab stop that it is anyway, said aloud: what scrolls has to hold something that keys reach.
          EditorView.contentAttributes.of({ 'aria-label': 'Document as YAML', spellcheck: 'false', tabindex: '0' }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) latest.current.onChange(update.state.doc.toString());
          }),
        ],
      }),
    });
    view.current = editor;
    return () => editor.destroy();
  }, []); // oxlint-disable-line react-hooks/exhaustive-deps -- one editor; its text follows below

  useEffect(() => {
    const editor = view.current;
    if (editor === undefined || editor.state.doc.toString() === value) return;
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: value } });
  }, [value]);

  useEffect(() => {
    const editor = view.current;
    if (editor === undefined) return;
    const { doc } = editor.state;
    const lineOf = (problem: DraftProblem) => doc.line(Math.min(Math.max(problem.line, 1), doc.lines));
    const found = problems.map((problem): Diagnostic => {
      const line = lineOf(problem);
      const indent = /^\s*/.exec(line.text)?.[0].length ?? 0;
      return {
        from: line.from + Math.min(indent, line.length),
        to: line.to,
        severity: 'error',
        message: problem.fix === undefined ? problem.message : `${problem.message} ${problem.fix}`,
      };
    });
    for (const warning of warnings) {
      const line = lineOf(warning);
      const start = line.text.lastIndexOf(warning.text);
      // It was written over meanwhile.
      if (start < 0) continue;
      const { use } = warning;
      found.push({
        from: line.from + start,
        to: line.from + start + warning.text.length,
        severity: 'warning',
        message: warning.message,
        ...(use === undefined
          ? {}
          : {
              actions: [{ name: `Use ${use}`, apply: (view, from, to) => view.dispatch({ changes: { from, to, insert: use } }) }],
            }),
      });
    }
    editor.dispatch(setDiagnostics(editor.state, found));
  }, [problems, warnings]);

  useEffect(() => {
    const editor = view.current;
    if (editor === undefined || goTo === undefined) return;
    const { doc } = editor.state;
    const { to } = doc.line(Math.min(Math.max(goTo.line, 1), doc.lines));
    editor.dispatch({ selection: { anchor: to }, effects: EditorView.scrollIntoView(to, { y: 'center' }) });
    editor.focus();
  }, [goTo]);

  return <div className="p-yaml-editor" ref={holder} />;
}
