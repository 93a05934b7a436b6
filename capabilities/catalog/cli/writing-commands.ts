import { Option, type Command } from 'commander';
import type { CliContext, Column, Tone } from '@paved/client';
import { PavedError, refOf } from '@paved/kernel';
import { ciFormats, type CiFormat } from './ci-formats.ts';
import { differencesFromCatalog, documentsOf, listDifferences } from './differences.ts';
import { documentFiles, filesBeside, standsBeside, type DocumentFile } from './document-files.ts';
import { referenceWarnings } from './reference-warnings.ts';
import { validateFiles, type Finding } from './validate-files.ts';

interface ApplyAnswer {
  readonly applied: boolean;
  readonly items: readonly {
    index: number;
    line?: number;
    ref?: string;
    outcome: string;
    problems: readonly { at: string; message: string; fix?: string }[];
  }[];
}

/** `apply`, `validate`. */
export function registerWriting(command: Command, cli: CliContext): void {
  command
    .command('apply')
    .description('store documents that have no source in Git; all or none')
    .requiredOption('-f, --file <files...>', 'YAML or JSON files; - reads standard input')
    .option('--dry-run', 'only say what would happen')
    .action(async (options: { file: string[]; dryRun?: boolean }) => {
      const files = await documentFiles(options.file);
      const answer = await cli.api.post<ApplyAnswer>('/api/catalog/apply', {
        documents: files.map((file) => file.text).join(BETWEEN),
        dryRun: options.dryRun === true,
      });
      const anyRefused = answer.items.some((item) => item.outcome === 'refused');
      cli.list(answer.items, [
        ...(anyRefused ? [{ header: 'WHERE', value: (item: ApplyAnswer['items'][number]) => placeOf(files, item.line) }] : []),
        { header: 'DOCUMENT', value: (item) => item.ref ?? `document ${item.index + 1}` },
        { header: 'OUTCOME', value: (item) => item.outcome, tone: (item) => tones[item.outcome] },
        {
          header: 'REASON',
          value: (item) => item.problems.map((problem) => `${problem.message} ${problem.fix ?? ''}`.trim()).join(' '),
          narrow: 'wrap',
        },
      ]);
      if (options.dryRun === true && !anyRefused && cli.format === 'table') {
        const updated = new Set(answer.items.filter(({ outcome }) => outcome === 'updated').map(({ ref }) => ref));
        const documents = documentsOf(files).filter((document) => updated.has(refOf(document)));
        if (documents.length > 0) {
          cli.say('');
          listDifferences(cli, await differencesFromCatalog(cli, documents), 'No field differs.');
        }
        cli.say('\nNothing was stored: without --dry-run it is.');
      }
      if (anyRefused) throw new PavedError('invalid', 'Nothing was stored.', { fix: 'Correct the refused documents and apply again.' });
    });

  command
    .command('validate [files...]')
    .description('check catalog files without a server, for example in CI: named files, folders or patterns, and what their Locations name')
    .option(
      '--kinds <file>',
      'file or folder with EntityKind documents that declare kinds of your own; may be repeated',
      (file: string, before: readonly string[]) => [...before, file],
      [] as readonly string[],
    )
    .option('--references', 'also ask the server which references lead to nothing; these are warnings')
    .addOption(
      new Option('--format <format>', 'for what shows problems beside a change; in GitHub Actions github is the default').choices(
        Object.keys(ciFormats),
      ),
    )
    .action(async (names: string[], options: { kinds: readonly string[]; references?: boolean; format?: CiFormat }) => {
      if (options.format !== undefined && cli.format !== 'table')
        throw new PavedError('invalid', `--format ${options.format} and -o ${cli.format} both say how to print.`, {
          fix: 'Name one of them.',
        });
      const given = await documentFiles(names);
      const kinds = options.kinds.length === 0 ? [] : await documentFiles([...options.kinds]);
      const { files, documents, findings, named } = validateFiles(given, kinds, { files: filesBeside, has: standsBeside });
      const counted = `${documents} ${documents === 1 ? 'document' : 'documents'} in ${files.length} ${files.length === 1 ? 'file' : 'files'}`;
      const warnings = options.references === true ? await referenceWarnings(cli, files, named) : [];
      const all = [...findings, ...warnings];
      const inGitHub = process.env['GITHUB_ACTIONS'] === 'true' && cli.format === 'table';
      const format = options.format ?? (inGitHub ? 'github' : undefined);
      if (format !== undefined) cli.say(ciFormats[format]({ findings: all, counted }));
      else
        cli.list(
          all,
          [
            ...(warnings.length === 0 ? [] : [levelColumn]),
            { header: 'WHERE', value: (finding) => `${finding.file}:${finding.line}` },
            { header: 'DOCUMENT', value: (finding) => finding.document },
            { header: 'PROBLEM', value: (finding) => finding.problem, narrow: 'wrap' },
            { header: 'FIX', value: (finding) => finding.fix, narrow: 'wrap' },
          ],
          `${counted}: all valid.`,
        );
      if (findings.length === 0 && warnings.length > 0 && format === undefined)
        cli.say(`${counted}: all valid; ${warnings.length === 1 ? '1 reference leads' : `${warnings.length} references lead`} to nothing.`);
      if (findings.length > 0)
        throw new PavedError('invalid', `${findings.length} ${findings.length === 1 ? 'problem' : 'problems'} in ${counted}.`);
    });
}

/** Parts the files of one request; whose lines they are stays known. */
const BETWEEN = '\n---\n';

/** The file and line of a line of all files together. */
function placeOf(files: readonly DocumentFile[], line: number | undefined): string | undefined {
  let above = 0;
  for (const file of files) {
    const lines = file.text.split('\n').length;
    if (line !== undefined && line <= above + lines + 1) return `${file.name}:${Math.min(lines, Math.max(1, line - above))}`;
    above += lines + 1;
  }
  return undefined;
}

const tones: Readonly<Record<string, Tone>> = { added: 'good', updated: 'look', unchanged: 'quiet', refused: 'bad' };

const levelColumn: Column<Finding> = {
  header: 'LEVEL',
  value: (finding) => finding.level,
  tone: (finding) => (finding.level === 'warning' ? 'look' : 'bad'),
};
