import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { text as readAll } from 'node:stream/consumers';

export interface DocumentFile {
  readonly name: string;
  readonly text: string;
}

const catalogFile = /^catalog-info\.ya?ml$/;

/** The files that arguments name: `-` is standard input, a folder stands for the catalog-info.yaml files in it. */
export async function documentFiles(names: readonly string[]): Promise<DocumentFile[]> {
  const files: DocumentFile[] = [];
  for (const name of names.length === 0 ? ['.'] : names) {
    if (name === '-') files.push({ name: 'standard input', text: await readAll(process.stdin) });
    else if (statSync(name, { throwIfNoEntry: false }) === undefined) throw new Error(`There is no file ${name}.`);
    else for (const file of filesAt(name)) files.push({ name: file, text: readFileSync(file, 'utf8') });
  }
  if (files.length === 0) throw new Error('There is no catalog-info.yaml here. Name the files to look at.');
  return files;
}

function filesAt(name: string): string[] {
  if (!statSync(name).isDirectory()) return [name];
  const entries = readdirSync(name, { withFileTypes: true });
  // What stands beside a template.yaml is a skeleton, not a document.
  const isTemplate = entries.some((entry) => /^template\.ya?ml$/.test(entry.name));
  return entries
    .flatMap((entry) => {
      if (entry.name.startsWith('.') || entry.name === 'node_modules') return [];
      const full = path.join(name, entry.name);
      if (entry.isDirectory()) return isTemplate ? [] : filesAt(full);
      return catalogFile.test(entry.name) || (isTemplate && /^template\.ya?ml$/.test(entry.name)) ? [full] : [];
    })
    .sort();
}
