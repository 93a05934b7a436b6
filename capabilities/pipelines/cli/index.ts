import type { Command } from 'commander';
import { getPipelineResults, listPipelineRuns, startPipeline, type CliContext } from '@paved/client';
import { watchPipeline } from './watch.ts';

/** `paved pipeline list|watch|start|results`. */
export function register(program: Command, cli: CliContext): void {
  const pipeline = program.command('pipeline').description('pipelines: what happens to every push');
  pipeline
    .command('list')
    .description('pipeline runs, newest first')
    .option('--repository <slug>', 'only of this repository')
    .action(async (options: { repository?: string }) => {
      const { items } = await cli.api.call(listPipelineRuns, { query: { repository: options.repository } });
      cli.list(
        items,
        [
          { header: 'run', value: (run) => run.runId },
          { header: 'pipeline', value: (run) => run.pipeline },
          { header: 'repository', value: (run) => run.repository },
          { header: 'branch', value: (run) => run.branch },
          { header: 'commit', value: (run) => run.commit.slice(0, 7) },
          { header: 'tests', value: (run) => `${run.tests.passed} passed${run.tests.failed > 0 ? `, ${run.tests.failed} failed` : ''}` },
          { header: 'started', value: (run) => run.createdAt },
        ],
        'No pipeline has run yet: push to a repository that one is meant for.',
      );
    });
  pipeline
    .command('watch')
    .description('show a pipeline’s steps until it ends: the newest, in a clone the one of your commit; fails when it fails')
    .argument('[repository]', 'project/name: the newest run of this one')
    .action((repository: string | undefined) => watchPipeline(cli, repository, process.cwd()));
  pipeline
    .command('start')
    .description('run a pipeline by hand')
    .argument('<repository>', 'slug, for example playback/playback-api')
    .option('--revision <revision>', 'branch, tag or commit')
    .option('--pipeline <name>', 'a certain pipeline')
    .action(async (repository: string, options: { revision?: string; pipeline?: string }) => {
      const started = await cli.api.call(startPipeline, {
        body: { repository, revision: options.revision, pipeline: options.pipeline },
      });
      cli.show(started, [['run', started.runId]]);
      cli.say(`Watch it with: paved pipeline watch ${repository}`);
    });
  pipeline
    .command('results')
    .description('test results and artifacts of a run')
    .argument('<run>', 'run id')
    .action(async (runId: string) => {
      const results = await cli.api.call(getPipelineResults, { path: { runId } });
      if (cli.format !== 'table') return cli.show(results);
      cli.list(
        results.tests.flatMap((report) => report.cases.map((test) => ({ step: report.step, ...test }))),
        [
          { header: 'step', value: (test) => test.step },
          { header: 'status', value: (test) => test.status },
          { header: 'test', value: (test) => test.name },
          { header: 'message', value: (test) => test.message?.split('\n')[0] },
        ],
      );
      for (const artifact of results.artifacts)
        cli.say(
          `\n${artifact.version}  ${artifact.digest}\n  SBOM        ${artifact.sbom ?? 'none'}\n  provenance  ${artifact.provenance ?? 'none'}`,
        );
    });
}
