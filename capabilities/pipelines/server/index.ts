import { setTimeout as sleep } from 'node:timers/promises';
import path from 'node:path';
import { catalog } from '@paved/catalog';
import { facts } from '@paved/delivery';
import { defineCapability } from '@paved/host';
import { orchestrator } from '@paved/orchestrator';
import { BRANCH_PUSHED, PULL_REQUEST_CHANGED, pushNotes, repositories, type BranchPushed } from '@paved/repositories';
import { runs } from '@paved/runs';
import { pipelines, type CommandRunner, type Pipelines } from '../index.ts';
import { pipelineKind } from '../model/pipeline-kind.ts';
import type { PipelineAction } from './actions/action.ts';
import { deploy } from './actions/deploy.ts';
import { generateSbom } from './actions/generate-sbom.ts';
import { packageArtifact } from './actions/package-artifact.ts';
import { scanSecrets } from './actions/scan-secrets.ts';
import { createArtifactStore } from './artifact-store.ts';
import { pipelineRunKind } from './execute-pipeline.ts';
import { pipelineTables } from './migrations/001-pipeline.ts';
import { addRoutes } from './routes.ts';
import { choosePipeline, startPipelines } from './start-pipelines.ts';
import { pipelineStore } from './store.ts';

/** What the composition root decides. */
export interface PipelinesOptions {
  readonly runner: CommandRunner;
  /** Folder of an npm cache that new repositories start from; may be absent. */
  readonly npmCacheSeed: string;
}

/** Whoever pushes waits this long for the run of the push, which is there in a moment, to be shown its page. */
const NOTE_MS = 1_500;

/** What happens to every push: build, test, package, deploy. */
export const pipelinesCapability = (options: PipelinesOptions) =>
  defineCapability({
    name: 'pipelines',
    provides: pipelines,
    needs: { catalog, runs, repositories, pushNotes, orchestrator, facts },
    migrations: { '001_pipeline': pipelineTables },
    permissions: [
      { name: 'pipelines.pipeline.read', description: 'Read pipelines, test results, artifacts, SBOMs and provenance.', role: 'viewer' },
      { name: 'pipelines.pipeline.start', description: 'Start a pipeline by hand.', role: 'platform-engineer', owner: 'developer' },
    ],
    create(ctx) {
      const { needs, db, now } = ctx;
      const store = createArtifactStore(path.join(ctx.dataDir, 'artifacts'));
      const actions = new Map<string, PipelineAction>(
        [
          generateSbom,
          scanSecrets,
          packageArtifact({ sign: ctx.keyring.sign, keyId: () => ctx.keyring.publicKey().keyId, baseUrl: ctx.baseUrl, now }),
          deploy({ catalog: needs.catalog, orchestrator: needs.orchestrator }),
        ].map((action) => [action.id, action]),
      );
      needs.catalog.defineKind(pipelineKind([...actions.keys()]));
      needs.runs.define(
        pipelineRunKind({
          db,
          config: ctx.config.pipelines,
          log: ctx.log,
          dataDir: ctx.dataDir,
          now,
          repositories: needs.repositories,
          facts: needs.facts,
          runner: options.runner,
          store,
          actions,
          npmCacheSeed: options.npmCacheSeed,
        }),
      );
      const start = { db, now, catalog: needs.catalog, repositories: needs.repositories, runs: needs.runs, facts: needs.facts };
      const service: Pipelines = {
        artifactOf: (repository, commit) => pipelineStore.artifactOf(db, repository, commit),
        async runOf(repository, commit, waitMs = 0) {
          for (const deadline = Date.now() + waitMs; ; await sleep(50)) {
            const found = await pipelineStore.runOf(db, repository, commit);
            if (found !== undefined || Date.now() >= deadline) return found;
          }
        },
      };
      needs.pushNotes.addPushNote(async ({ slug, branch, after }) => {
        const { chosen } = await choosePipeline(needs, { repository: slug, commit: after, branch, trigger: 'push' });
        if (chosen === undefined) return [];
        const runId = await service.runOf(slug, after, NOTE_MS);
        return [
          `Pipeline ${chosen.name}:`,
          runId === undefined ? '  starts soon; watch it with: paved pipeline watch' : `  ${ctx.baseUrl()}/runs/${runId}`,
        ];
      });
      return {
        service,
        routes: (app) =>
          addRoutes(app, {
            db,
            guard: ctx.guard,
            keyring: ctx.keyring,
            store,
            repositories: needs.repositories,
            start,
            actions: [...actions.values()].map(({ id, description }) => ({ id, description })),
          }),
        handlers: [
          {
            name: 'start-on-push',
            types: [BRANCH_PUSHED],
            async handle(event) {
              const push = event.data as unknown as BranchPushed;
              if (/^0+$/.test(push.after)) return;
              const { runs: started, reasons } = await startPipelines(start, {
                repository: push.slug,
                commit: push.after,
                branch: push.branch,
                trigger: 'push',
                actor: push.actor,
                key: `push:${event.id}`,
              });
              if (started.length === 0) ctx.log.info({ repository: push.slug, reasons }, 'No pipeline runs for this push.');
            },
          },
          {
            name: 'start-on-pull-request',
            types: [PULL_REQUEST_CHANGED],
            async handle(event) {
              const { slug, head, sha, change, actor } = event.data as unknown as {
                slug: string;
                head: string;
                sha: string;
                change: string;
                actor: BranchPushed['actor'];
              };
              // `updated` is a new head: what is merged is what was tested.
              if (!['opened', 'updated', 'reopened'].includes(change)) return;
              await startPipelines(start, {
                repository: slug,
                commit: sha,
                branch: head,
                trigger: 'pull_request',
                actor,
                key: `pull:${event.id}`,
              });
            },
          },
        ],
      };
    },
  });
