import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { PavedError } from '@paved/kernel';
import type { WorkloadContainer } from '@paved/orchestrator';

/** Program and arguments of a container; without `command` what the artifact's package.json says. */
export function commandOf(container: WorkloadContainer, appFolder: string, workload: string): string[] {
  const [program, ...args] = container.command ?? startOf(appFolder, workload);
  return [program === 'node' || program === undefined ? process.execPath : program, ...args, ...(container.args ?? [])];
}

function startOf(appFolder: string, workload: string): string[] {
  const file = path.join(appFolder, 'package.json');
  const manifest = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as { main?: unknown; scripts?: { start?: unknown } }) : {};
  const start = manifest.scripts?.start;
  // A plain line only: no shell runs here, so quotes, variables and && would mean something else.
  if (typeof start === 'string' && /^node(\s+[\w@%+=:,./-]+)+$/.test(start.trim())) return start.trim().split(/\s+/);
  const main = typeof manifest.main === 'string' ? manifest.main : 'index.js';
  if (existsSync(path.join(appFolder, main))) return ['node', main];
  throw new PavedError(
    'invalid',
    `It is not clear how to start ${workload}: its artifact has neither a plain "node …" start script nor ${main}.`,
    {
      fix: 'Give containers.<name>.command in score.yaml, for example [node, src/main.js].',
    },
  );
}
