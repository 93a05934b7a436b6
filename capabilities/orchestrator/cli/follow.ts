import { followRun, getDeployment, listWorkloads, type CliContext, type Deployment } from '@paved/client';
import { PavedError } from '@paved/kernel';

/** Shows a deployment's steps until it ends; throws when it did not succeed. Ctrl-C leaves it running. */
export async function followDeployment(cli: CliContext, started: Deployment): Promise<void> {
  await followRun(cli, started.runId);
  const ended = await endOf(cli, started.id);
  if (ended.status !== 'succeeded') {
    throw new PavedError(
      ended.status === 'cancelled' || ended.status === 'superseded' ? 'cancelled' : 'internal',
      ended.error ?? `The deployment ${ended.status}.`,
      { fix: `See its steps with: paved runs get ${ended.runId}` },
    );
  }
  const states = await cli.api.call(listWorkloads, { query: { component: ended.component } });
  const url = states.find((state) => state.environment === ended.environment)?.url;
  cli.show({ ...ended, ...(url === undefined ? {} : { url }) }, [
    ['deployment', ended.id],
    ['version', ended.version || undefined],
    ['environment', ended.environment],
    ['status', ended.status],
    ['url', url],
  ]);
}

/** The deployment is closed a moment after its run. */
async function endOf(cli: CliContext, id: string): Promise<Deployment> {
  for (let tries = 0; ; tries += 1) {
    const deployment = await cli.api.call(getDeployment, { path: { id } });
    const open = deployment.status === 'queued' || deployment.status === 'planning' || deployment.status === 'applying';
    if (!open || tries > 100) return deployment;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
