import { parseDocument } from 'yaml';
import { PavedError, type Problem } from '@paved/kernel';
import { mismatches } from '../shape.ts';
import type { ScoreDocument } from './document.ts';
import { scoreShape } from './schema.ts';
import { semanticProblems } from './semantics.ts';
import { upgraded } from './upgrade.ts';

/** A document with its older spellings brought up to date, or everything that is wrong with it. */
export function checkScore(document: unknown): { document: ScoreDocument } | { problems: Problem[] } {
  const current = upgraded(document);
  const shape = mismatches(current, scoreShape);
  if (shape.length > 0) return { problems: shape };
  const problems = semanticProblems(current as ScoreDocument);
  return problems.length > 0 ? { problems } : { document: current as ScoreDocument };
}

/** Reads a Score file (YAML or JSON). Throws `invalid` with every problem; `where` names the file in sentences. */
export function readScore(text: string, where = 'score.yaml'): ScoreDocument {
  const parsed = parseDocument(text, { prettyErrors: true });
  const [error] = parsed.errors;
  if (error !== undefined) {
    throw new PavedError('invalid', `${where} is not readable YAML: ${error.message.split('\n')[0]}`, { fix: 'Correct that line.' });
  }
  const checked = checkScore(parsed.toJS({ maxAliasCount: 100 }));
  if ('document' in checked) return checked.document;
  const [first, ...others] = checked.problems;
  const more = others.length === 0 ? '' : ` (and ${others.length} more ${others.length === 1 ? 'problem' : 'problems'})`;
  throw new PavedError('invalid', `${where}: ${first?.message ?? 'it is not a Score document.'}${more}`, {
    ...(first?.fix === undefined ? {} : { fix: first.fix }),
    problems: checked.problems,
  });
}
