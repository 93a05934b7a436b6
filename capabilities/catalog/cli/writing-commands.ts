import { Option, type Command } from 'commander';
import type { CliContext, Column } from '@paved/client';
import { PavedError } from '@paved/kernel';
import { ciFormats, type CiFormat } from './ci-formats.ts';
import { documentFiles, filesBeside, standsBeside } from './document-files.ts';
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
        documents: files.map((file) => file.text).join('\n---\n'),
        dryRun: options.dryRun === true,
      });
      cli.list(answer.items, [
        { header: 'DOCUMENT', value: (item) => item.ref ?? `document ${item.index + 1}` },
        { header: 'OUTCOME', value: (item) => item.outcome },
        {
          header: 'REASON',
          value: (item) => item.problems.map((problem) => `${problem.message} ${problem.fix ?? ''}`.trim()).join(' '),
          narrow: 'wrap',
        },
      ]);
      if (answer.items.some((item) => item.outcome === 'refused'))
        throw new PavedError('invalid', 'Nothing was stored.', { fix: 'Correct the refused documents and apply again.' });
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

const levelColumn: Column<Finding> = {
  header: 'LEVEL',
  value: (finding) => finding.level,
  tone: (finding) => (finding.level === 'warning' ? 'look' : 'bad'),
};
