import type { CliContext } from '@paved/client';
import type { DocumentFile } from './document-files.ts';
import type { Finding } from './validate-files.ts';

/** Characters sent at once; a longer file goes alone. */
const AT_ONCE = 500_000;

interface Answer {
  readonly items: readonly { ref?: string; warnings: readonly { line: number; ref: string; message: string; fix?: string }[] }[];
}

/** Asks the server which references of these files lead nowhere. `named` says what stands in the files, by reference. */
export async function referenceWarnings(
  cli: CliContext,
  files: readonly DocumentFile[],
  named: ReadonlyMap<string, string>,
): Promise<Finding[]> {
  const warnings: Finding[] = [];
  for (const batch of batches(files)) {
    const { items } = await cli.api.post<Answer>('/api/catalog/check-documents', { documents: batch.text });
    for (const { ref: from, warnings: found } of items)
      for (const { line, ref, message, fix = '' } of found) {
        const place = batch.files.findLast(({ start }) => start <= line);
        if (place === undefined || named.has(ref)) continue;
        const document = from === undefined ? '' : (named.get(from) ?? from);
        warnings.push({ level: 'warning', file: place.name, line: line - place.start + 1, document, problem: message, fix });
      }
  }
  return warnings;
}

interface Batch {
  text: string;
  /** `start`: line of the text, from 1, at which the file begins. */
  readonly files: { readonly name: string; readonly start: number }[];
}

function batches(files: readonly DocumentFile[]): Batch[] {
  const made: Batch[] = [];
  let line = 1;
  for (const file of files) {
    const text = `${file.text}\n---\n`;
    let last = made.at(-1);
    if (last === undefined || last.text.length + text.length > AT_ONCE) {
      last = { text: '', files: [] };
      made.push(last);
      line = 1;
    }
    last.files.push({ name: file.name, start: line });
    last.text += text;
    line += text.split(/\r\n|\r|\n/).length - 1;
  }
  return made;
}
