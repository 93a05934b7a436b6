import type { Command } from 'commander';
import type { CliContext } from '@paved/client';
import { documentFiles } from './document-files.ts';
import { validateFiles } from './validate-files.ts';

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
    .description('Stores documents that have no source in Git; all or none.')
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
        { header: 'REASON', value: (item) => item.problems.map((problem) => `${problem.message} ${problem.fix ?? ''}`.trim()).join(' ') },
      ]);
      if (answer.items.some((item) => item.outcome === 'refused'))
        throw new Error('Nothing was stored: correct the refused documents and apply again.');
    });

  command
    .command('validate [files...]')
    .description('Checks catalog files without a server, for example in CI; folders stand for the catalog-info.yaml files in them.')
    .option('--kinds <files...>', 'files with EntityKind documents that declare kinds of your own')
    .action(async (names: string[], options: { kinds?: string[] }) => {
      const files = await documentFiles(names);
      const { documents, findings } = validateFiles(files, options.kinds === undefined ? [] : await documentFiles(options.kinds));
      if (findings.length === 0) {
        cli.say(`${documents} ${documents === 1 ? 'document is' : 'documents are'} valid.`);
        return;
      }
      cli.list(findings, [
        { header: 'WHERE', value: (finding) => `${finding.file}:${finding.line}` },
        { header: 'DOCUMENT', value: (finding) => finding.document },
        { header: 'PROBLEM', value: (finding) => finding.problem },
        { header: 'FIX', value: (finding) => finding.fix },
      ]);
      throw new Error(
        `${findings.length} ${findings.length === 1 ? 'problem' : 'problems'} in ${documents} ${documents === 1 ? 'document' : 'documents'}.`,
      );
    });
}
