import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { followRun, listPipelineRuns, succeeded, type CliContext } from '@paved/client';
import { PavedError } from '@paved/kernel';

/** The run of a push is there in a moment; nobody waits longer than this for one that no pipeline is meant for. */
const LOOKS = 20;
const PAUSE_MS = 500;

/** Shows the steps of a pipeline's newest run until it ends; in a clone, of the commit that is checked out. Fails when the run fails. */
export async function watchPipeline(cli: CliContext, repository: string | undefined, folder: string): Promise<void> {
  const commit = repository === undefined ? await commitPushedFrom(folder, cli.api.server) : undefined;
  const runId = await newest(cli, { repository, commit });
  if (runId === undefined) {
    const of = commit === undefined ? repository : `the commit ${commit.slice(0, 7)}`;
    throw new PavedError('not_found', `No pipeline has run${of === undefined ? '' : ` for ${of}`}.`, {
      fix: 'Push to a repository that a pipeline is meant for, or name one: paved pipeline watch project/name',
    });
  }
  const run = succeeded(await followRun(cli, runId));
  cli.show(run, [
    ['run', run.id],
    ['title', run.title],
    ['status', run.status],
    ['page', `${cli.api.server}/runs/${run.id}`],
  ]);
}

async function newest(
  cli: CliContext,
  { repository, commit }: { repository: string | undefined; commit: string | undefined },
): Promise<string | undefined> {
  for (let look = 1; ; look += 1) {
    const { items } = await cli.api.call(listPipelineRuns, { query: { repository, commit, limit: 1 } });
    if (items[0] !== undefined || commit === undefined || look >= LOOKS || cli.signal.aborted) return items[0]?.runId;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

/** The commit that is checked out, when the folder is a clone of a repository of this server. */
async function commitPushedFrom(folder: string, server: string): Promise<string | undefined> {
  const run = promisify(execFile);
  try {
    const origin = (await run('git', ['remote', 'get-url', 'origin'], { cwd: folder })).stdout.trim();
    if (!origin.startsWith(`${new URL(server).origin}/git/`)) return undefined;
    return (await run('git', ['rev-parse', 'HEAD'], { cwd: folder })).stdout.trim();
  } catch {
    return undefined; // no clone: the newest run of all is meant
  }
}
