import { lstat, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { PavedError } from '@paved/kernel';
import { scanForSecrets, type SecretFinding } from '../../model/secret-scan.ts';
import type { PipelineAction } from './action.ts';

const SKIPPED = new Set(['.git', 'node_modules', 'dist', 'coverage']);
const LARGEST = 1024 * 1024;
const MOST_FILES = 20_000;

/** `secrets:scan`: refuses a commit that holds credentials; names file, line and kind, never the value. */
export const scanSecrets: PipelineAction = {
  id: 'secrets:scan',
  description: 'Looks for credentials in the files.',
  async execute(_inputs, { folder, step }) {
    const findings: SecretFinding[] = [];
    let files = 0;
    for await (const file of textFiles(folder)) {
      if (++files > MOST_FILES) break;
      findings.push(...scanForSecrets(path.relative(folder, file), await readFile(file, 'utf8')));
    }
    for (const { file, line, rule } of findings) step.log(`${file}:${line}: ${rule}`, 'stderr');
    const first = findings[0];
    if (first !== undefined) {
      throw new PavedError(
        'invalid',
        `${findings.length === 1 ? 'A credential stands' : `${findings.length} credentials stand`} in the repository: ${first.rule} in ${first.file}:${first.line}.`,
        {
          fix: 'Revoke it, take it out of the history, and set it as a secret of the service. A false alarm: write paved:allow-secret on that line.',
        },
      );
    }
    step.log(`${files} files, no credentials`);
    return { facts: { files } };
  },
};

async function* textFiles(folder: string): AsyncGenerator<string> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (SKIPPED.has(entry.name)) continue;
    const full = path.join(folder, entry.name);
    if (entry.isDirectory()) yield* textFiles(full);
    else if (entry.isFile() && (await lstat(full)).size <= LARGEST) yield full;
  }
}
