import { parseAllDocuments } from 'yaml';
import { PavedError, refOf, type Actor, type Entity } from '@paved/kernel';
import type { Catalog } from '@paved/catalog';
import type { Database } from '@paved/host';
import { cdEventType, type Facts } from '@paved/delivery';
import type { Scm } from '@paved/repositories';
import type { Run, Runs } from '@paved/runs';
import { PIPELINE_RUN_KIND } from '../index.ts';
import { mismatch, specificity, type Trigger } from '../model/matching.ts';
import { pipelineSpecSchema, type PipelineSpec } from '../model/pipeline-spec.ts';
import type { ExecuteInput } from './execute-pipeline.ts';
import { pipelineStore } from './store.ts';

export interface StartDeps {
  readonly db: Database;
  readonly now: () => Date;
  readonly catalog: Catalog;
  readonly repositories: Scm;
  readonly runs: Runs;
  readonly facts: Facts;
}

export interface PipelineRequest {
  readonly repository: string;
  readonly commit: string;
  readonly branch: string;
  readonly trigger: Trigger;
  readonly actor: Actor;
  /** Starting again with the same key gives the same runs. */
  readonly key: string;
  /** Only this pipeline, by name. */
  readonly pipeline?: string;
}

type Asked = Pick<PipelineRequest, 'repository' | 'commit' | 'branch' | 'trigger' | 'pipeline'>;

interface Choice {
  /** The most specific pipeline that matches, or the named one. */
  readonly chosen: { readonly name: string; readonly spec: PipelineSpec } | undefined;
  /** Why the others do not run. */
  readonly reasons: readonly string[];
  readonly component: Entity | undefined;
  readonly isDefaultBranch: boolean;
}

/** Which pipeline a push, a pull request or a person means. */
export async function choosePipeline(deps: Pick<StartDeps, 'catalog' | 'repositories'>, request: Asked): Promise<Choice> {
  const repository = await deps.repositories.get(request.repository);
  if (repository === undefined) throw new PavedError('not_found', `There is no repository ${request.repository}.`);
  const component = await componentAt(deps.repositories, request.repository, request.commit);
  const candidate = {
    repository: request.repository,
    trigger: request.trigger,
    branch: request.branch,
    isDefaultBranch: request.branch === repository.defaultBranch,
    component,
  };
  const reasons: string[] = [];
  const matching: { name: string; spec: PipelineSpec }[] = [];
  for (const entity of await deps.catalog.ofKind('Pipeline')) {
    const { name } = entity.metadata;
    if (request.pipeline !== undefined && request.pipeline !== name) continue;
    const spec = pipelineSpecSchema.safeParse(entity.spec);
    const reason = spec.success ? mismatch(spec.data, candidate) : 'its definition is not valid';
    if (reason === undefined && spec.success) matching.push({ name, spec: spec.data });
    else reasons.push(`${name}: ${reason}`);
  }
  matching.sort((a, b) => specificity(b.spec) - specificity(a.spec) || a.name.localeCompare(b.name));
  return {
    chosen: matching[0],
    reasons: matching.length === 0 && reasons.length === 0 ? ['The catalog has no Pipeline.'] : reasons,
    component,
    isDefaultBranch: candidate.isDefaultBranch,
  };
}

/** Starts the pipeline that is meant; says why none is. */
export async function startPipelines(deps: StartDeps, request: PipelineRequest): Promise<{ runs: Run[]; reasons: readonly string[] }> {
  const { chosen, reasons, component, isDefaultBranch } = await choosePipeline(deps, request);
  if (chosen === undefined) return { runs: [], reasons };
  const input: ExecuteInput = {
    pipeline: chosen.name,
    spec: chosen.spec,
    repository: request.repository,
    commit: request.commit,
    branch: request.branch,
    isDefaultBranch,
    trigger: request.trigger,
    ...(component === undefined ? {} : { component }),
  };
  const run = await deps.db.transaction().execute(async (tx) => {
    const started = await deps.runs.start(
      {
        kind: PIPELINE_RUN_KIND,
        input,
        actor: request.actor,
        cause: { type: request.trigger === 'manual' ? 'user' : request.trigger, ref: request.commit },
        subjects: [...(component === undefined ? [] : [refOf(component)]), `repository:${request.repository}`],
        dedupeKey: `pipeline:${request.key}:${chosen.name}`,
      },
      tx,
    );
    await pipelineStore.addRun(tx, {
      runId: started.id,
      pipeline: chosen.name,
      repository: request.repository,
      branch: request.branch,
      commit: request.commit,
      trigger: request.trigger,
    });
    await deps.facts.append(
      [
        {
          id: `${request.key}/change`,
          type: cdEventType('change.created'),
          subjectId: request.commit,
          content: { description: `Push to ${request.branch}`, repository: { id: request.repository } },
          commit: request.commit,
          runId: started.id,
          at: deps.now().toISOString(),
          ...(component === undefined ? {} : { entityRef: refOf(component) }),
        },
      ],
      tx,
    );
    return started;
  });
  await deps.repositories.setCheck(request.repository, request.commit, {
    name: `pipeline/${chosen.name}`,
    status: 'queued',
    href: `/runs/${run.id}`,
  });
  return { runs: [run], reasons };
}

/** The first Component of the commit's catalog-info.yaml; a broken file has none (the catalog reports it). */
async function componentAt(repositories: Scm, repository: string, commit: string): Promise<Entity | undefined> {
  const file = await repositories.readFile(repository, commit, 'catalog-info.yaml');
  if (file === undefined || file.binary) return undefined;
  for (const document of parseAllDocuments(file.text)) {
    if ('errors' in document && document.errors.length > 0) continue;
    const value = document.toJS({ maxAliasCount: 100 }) as Partial<Entity> | null;
    if (value?.kind === 'Component' && typeof value.metadata?.name === 'string') return value as Entity;
  }
  return undefined;
}
