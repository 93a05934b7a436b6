import { createReadStream } from 'node:fs';
import { z } from 'zod';
import { PavedError } from '@paved/kernel';
import type { App, Database, Guard, Keyring } from '@paved/host';
import type { Scm } from '@paved/repositories';
import type { ArtifactStore } from './artifact-store.ts';
import { startPipelines, type StartDeps } from './start-pipelines.ts';
import { pipelineResults, pipelineRuns } from './views.ts';

const tests = z.object({ passed: z.number().int(), failed: z.number().int(), skipped: z.number().int() });
const artifact = z.object({
  digest: z.string(),
  type: z.enum(['archive', 'image']),
  size: z.number().int(),
  version: z.string(),
  repository: z.string(),
  commit: z.string(),
  sbom: z.string().optional(),
  provenance: z.string().optional(),
});

export interface RouteDeps {
  readonly db: Database;
  readonly guard: Guard;
  readonly keyring: Keyring;
  readonly store: ArtifactStore;
  readonly repositories: Scm;
  readonly start: StartDeps;
  readonly actions: readonly { id: string; description: string }[];
}

/** `/api/pipelines`: runs with test results, artifacts with SBOM and provenance, starting by hand. */
export function addRoutes(app: App, deps: RouteDeps): void {
  const read = { permission: 'pipelines.pipeline.read' };
  app.get(
    '/api/pipelines/runs',
    {
      schema: {
        operationId: 'listPipelineRuns',
        tags: ['pipelines'],
        summary: 'Pipeline runs, newest first',
        querystring: z.object({
          repository: z.string().optional(),
          commit: z.string().optional(),
          limit: z.coerce.number().int().min(1).max(200).default(50),
        }),
        response: {
          200: z.object({
            items: z.array(
              z.object({
                runId: z.string(),
                pipeline: z.string(),
                repository: z.string(),
                branch: z.string(),
                commit: z.string(),
                trigger: z.string(),
                createdAt: z.string(),
                tests,
              }),
            ),
          }),
        },
      },
      config: read,
    },
    async ({ query }) => ({ items: await pipelineRuns(deps.db, query) }),
  );
  app.get(
    '/api/pipelines/runs/:runId',
    {
      schema: {
        operationId: 'getPipelineResults',
        tags: ['pipelines'],
        summary: 'Test reports and artifacts of a pipeline run',
        params: z.object({ runId: z.string() }),
        response: {
          200: z.object({
            tests: z.array(
              tests.extend({
                step: z.string(),
                format: z.enum(['junit', 'tap']),
                cases: z.array(
                  z.object({
                    name: z.string(),
                    suite: z.string().optional(),
                    status: z.enum(['passed', 'failed', 'skipped']),
                    durationMs: z.number().optional(),
                    message: z.string().optional(),
                  }),
                ),
              }),
            ),
            artifacts: z.array(artifact),
          }),
        },
      },
      config: read,
    },
    async ({ params }) => {
      const results = await pipelineResults(deps.db, params.runId);
      return { tests: results.tests.map((t) => ({ ...t, cases: [...t.cases] })), artifacts: results.artifacts };
    },
  );
  app.post(
    '/api/pipelines/runs',
    {
      schema: {
        operationId: 'startPipeline',
        tags: ['pipelines'],
        summary: 'Start a pipeline by hand',
        body: z.strictObject({
          repository: z.string().min(1),
          revision: z.string().optional().describe('Branch, tag or commit; default the default branch.'),
          pipeline: z.string().optional(),
        }),
        response: { 201: z.object({ runId: z.string() }) },
      },
      config: { signedIn: true },
    },
    async ({ body, actor, id }, reply) => {
      const repository = await deps.repositories.get(body.repository);
      if (repository === undefined) throw new PavedError('not_found', `There is no repository ${body.repository}.`);
      deps.guard.require(actor, 'pipelines.pipeline.start', { ref: `repository:${repository.slug}`, ownerRefs: [repository.ownerRef] });
      const branch = body.revision ?? repository.defaultBranch;
      const commit = await deps.repositories.resolve(repository.slug, branch);
      if (commit === undefined) throw new PavedError('not_found', `${repository.slug} has no revision "${branch}".`);
      const { runs, reasons } = await startPipelines(deps.start, {
        repository: repository.slug,
        commit,
        branch,
        trigger: 'manual',
        actor,
        key: `manual:${id}`,
        ...(body.pipeline === undefined ? {} : { pipeline: body.pipeline }),
      });
      const [run] = runs;
      if (run === undefined) throw new PavedError('invalid', 'No pipeline fits this repository.', { fix: reasons.join('; ') });
      return reply.code(201).send({ runId: run.id });
    },
  );
  app.get(
    '/api/pipelines/actions',
    {
      schema: {
        operationId: 'listPipelineActions',
        tags: ['pipelines'],
        summary: 'What `uses` may name',
        response: { 200: z.object({ items: z.array(z.object({ id: z.string(), description: z.string() })) }) },
      },
      config: read,
    },
    async () => ({ items: [...deps.actions] }),
  );
  app.get(
    '/api/pipelines/documents/:digest',
    {
      schema: {
        operationId: 'getPipelineDocument',
        tags: ['pipelines'],
        summary: 'An SBOM (CycloneDX) or provenance (DSSE) by digest',
        params: z.object({ digest: z.string().regex(/^sha256:[0-9a-f]{64}$/) }),
      },
      config: read,
    },
    async ({ params }, reply) => {
      const sbom = deps.store.find(params.digest, 'cdx.json');
      const file = sbom ?? deps.store.find(params.digest, 'intoto.jsonl');
      if (file === undefined) throw new PavedError('not_found', `There is no document ${params.digest}.`);
      return reply
        .type(sbom === undefined ? 'application/vnd.in-toto+json' : 'application/vnd.cyclonedx+json')
        .send(createReadStream(file));
    },
  );
  app.get(
    '/api/pipelines/signing-key',
    {
      schema: {
        operationId: 'getSigningKey',
        tags: ['pipelines'],
        summary: 'The public key that provenance is signed with (Ed25519, PEM)',
        response: { 200: z.object({ keyId: z.string(), pem: z.string() }) },
      },
      config: read,
    },
    async () => deps.keyring.publicKey(),
  );
}
