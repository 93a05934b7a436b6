import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { PavedError, isPavedError, type Entity, type JsonObject, type Problem } from '@paved/kernel';
import { openLiveStream, type App, type Events } from '@paved/host';
import { RUN_CHANGED, STEP_CHANGED } from '@paved/runs';
import { filterDescriptions } from '../model/filters.ts';
import { readTemplate } from '../model/template-document.ts';
import type { ActionRegistry } from './action-registry.ts';
import { action, dryRunAnswer, task, taskEvent, valueErrors } from './api-shapes.ts';
import { dryRun, type DryRunRequest } from './preview.ts';
import type { TemplateService } from './service.ts';
import type { Tasks } from './tasks.ts';

export interface ScaffolderDeps {
  readonly service: TemplateService;
  readonly tasks: Tasks;
  readonly actions: ActionRegistry;
  readonly events: Events;
  readonly dryRunDeps: Parameters<typeof dryRun>[0];
  /** Ends streams with the server. */
  readonly ending: AbortSignal;
}

const tags = ['scaffolder'];
const object = z.record(z.string(), z.unknown());
const taskParams = z.object({ taskId: z.string() });
const many = z.union([z.string(), z.array(z.string())]).transform((value) => [value].flat());
/** How long `events` waits for something new, as Backstage does. */
const LONG_POLL_MS = 30_000;

/** `/api/scaffolder`: the same engine in Backstage's shapes, so that its clients and scripts keep working. */
export function addScaffolderRoutes(app: App, deps: ScaffolderDeps): void {
  const { service, tasks } = deps;

  app.get(
    '/api/scaffolder/v2/templates/:namespace/:kind/:name/parameter-schema',
    {
      schema: {
        operationId: 'getTemplateParameterSchema',
        tags,
        summary: 'The pages of a template’s form',
        params: z.object({ namespace: z.string(), kind: z.string(), name: z.string() }),
        response: {
          200: z.object({
            title: z.string(),
            description: z.string(),
            presentation: object.optional(),
            steps: z.array(z.object({ title: z.string(), description: z.string().optional(), schema: object })),
            formDecorators: z.unknown().optional(),
          }),
        },
      },
      config: { permission: 'templates.template.read' },
    },
    async (request) => {
      const { namespace, kind, name } = request.params;
      const { template } = await service.get(`${kind}:${namespace}/${name}`);
      return {
        title: template.title,
        description: template.description,
        ...(template.presentation === undefined ? {} : { presentation: template.presentation }),
        steps: template.pages.map((page) => ({
          title: page.title,
          ...(page.description === undefined ? {} : { description: page.description }),
          schema: page.schema,
        })),
        ...(template.formDecorators === undefined ? {} : { formDecorators: template.formDecorators }),
      };
    },
  );

  app.get(
    '/api/scaffolder/v2/actions',
    {
      schema: { operationId: 'listTemplateActions', tags, summary: 'Actions that steps can use', response: { 200: z.array(action) } },
      config: { permission: 'templates.template.read' },
    },
    async () => deps.actions.describe().map((one) => ({ ...one, examples: [...one.examples] })),
  );

  app.get(
    '/api/scaffolder/v2/templating-extensions',
    {
      schema: {
        operationId: 'listTemplatingExtensions',
        tags,
        summary: 'Filters and globals of expressions',
        response: { 200: z.object({ filters: object, globals: z.object({ functions: object, values: object }) }) },
      },
      config: { permission: 'templates.template.read' },
    },
    async () => ({
      filters: Object.fromEntries(Object.entries(filterDescriptions).map(([name, description]) => [name, { description }])),
      globals: {
        functions: { always: { description: 'In if: also after a failure.' }, failure: { description: 'In if: only after a failure.' } },
        values: {},
      },
    }),
  );

  app.post(
    '/api/scaffolder/v2/tasks',
    {
      schema: {
        operationId: 'createScaffolderTask',
        tags,
        summary: 'Starts a template',
        body: z.object({ templateRef: z.string(), values: object.default({}), secrets: z.record(z.string(), z.string()).optional() }),
        response: { 201: z.object({ id: z.string() }), 400: valueErrors },
      },
      config: { permission: 'templates.template.execute' },
    },
    async (request, reply) => {
      const { templateRef, values, secrets } = request.body;
      try {
        const run = await service.execute(
          templateRef,
          { values: values as JsonObject, ...(secrets === undefined ? {} : { secrets }) },
          request.actor,
        );
        return reply.code(201).send({ id: run.id });
      } catch (error) {
        if (!isPavedError(error, 'invalid') || error.problems.length === 0 || error.problems.some(({ at }) => at.startsWith('/spec')))
          throw error;
        return reply.code(400).send({ errors: error.problems.map(valueError) });
      }
    },
  );

  app.get(
    '/api/scaffolder/v2/tasks',
    {
      schema: {
        operationId: 'listScaffolderTasks',
        tags,
        summary: 'Uses of templates, newest first',
        querystring: z.object({
          createdBy: many.optional(),
          status: many.optional(),
          limit: z.coerce.number().int().min(1).max(500).default(50),
          offset: z.coerce.number().int().min(0).default(0),
          order: many.optional().describe('asc:created_at or desc:created_at'),
        }),
        response: { 200: z.object({ tasks: z.array(task), totalTasks: z.number().int() }) },
      },
      config: { permission: 'templates.task.read' },
    },
    async (request) => {
      const { createdBy, status, limit, offset, order } = request.query;
      const found = await tasks.list({
        limit,
        offset,
        ascending: order?.[0]?.startsWith('asc') ?? false,
        ...(createdBy === undefined ? {} : { createdBy }),
        ...(status === undefined ? {} : { status }),
      });
      return { tasks: found.tasks, totalTasks: found.total };
    },
  );

  app.get(
    '/api/scaffolder/v2/tasks/:taskId',
    {
      schema: { operationId: 'getScaffolderTask', tags, summary: 'One use of a template', params: taskParams, response: { 200: task } },
      config: { permission: 'templates.task.read' },
    },
    async (request) => tasks.get(request.params.taskId, request.actor),
  );

  app.post(
    '/api/scaffolder/v2/tasks/:taskId/cancel',
    {
      schema: {
        operationId: 'cancelScaffolderTask',
        tags,
        summary: 'Cancels it; what it made is removed',
        params: taskParams,
        body: z.unknown(),
        response: { 200: z.object({ status: z.string() }) },
      },
      config: { signedIn: true },
    },
    async (request) => ({ status: await tasks.cancel(request.params.taskId, request.actor) }),
  );

  app.post(
    '/api/scaffolder/v2/tasks/:taskId/retry',
    {
      schema: {
        operationId: 'retryScaffolderTask',
        tags,
        summary: 'Runs it again from its first unfinished step',
        params: taskParams,
        body: z.unknown(),
        response: { 201: z.object({ id: z.string() }) },
      },
      config: { signedIn: true },
    },
    async (request, reply) => {
      await tasks.retry(request.params.taskId, request.actor);
      return reply.code(201).send({ id: request.params.taskId });
    },
  );

  app.get(
    '/api/scaffolder/v2/tasks/:taskId/events',
    {
      schema: {
        operationId: 'listScaffolderTaskEvents',
        tags,
        summary: 'Events after an id; waits up to 30 s for one',
        params: taskParams,
        querystring: z.object({ after: z.coerce.number().int().optional() }),
        response: { 200: z.array(taskEvent) },
      },
      config: { permission: 'templates.task.read' },
    },
    async (request) => {
      const { taskId } = request.params;
      const after = request.query.after ?? 0;
      const until = Date.now() + LONG_POLL_MS;
      for (;;) {
        const { events } = await tasks.events(taskId, after);
        if (events.length > 0 || request.query.after === undefined || Date.now() > until || request.socket.destroyed) return events;
        await somethingNew(deps.events, taskId, Math.min(1_000, until - Date.now()));
      }
    },
  );

  app.get(
    '/api/scaffolder/v2/tasks/:taskId/eventstream',
    {
      schema: {
        operationId: 'streamScaffolderTaskEvents',
        tags,
        summary: 'Events as they happen, until the end',
        params: taskParams,
        querystring: z.object({ after: z.coerce.number().int().optional() }),
      },
      config: { permission: 'templates.task.read' },
    },
    async (request, reply) => {
      const { taskId } = request.params;
      let last = request.query.after ?? 0;
      // Unknown tasks are answered with 404 before the stream begins.
      await tasks.get(taskId, request.actor);
      const stream = openLiveStream(request, reply, deps.ending);
      try {
        while (!stream.ended) {
          const { events } = await tasks.events(taskId, last);
          for (const event of events) stream.send({ event: event.type, data: event });
          last = events.at(-1)?.id ?? last;
          if (events.some(({ type }) => type === 'completion' || type === 'cancelled')) break;
          if (events.length === 0) await somethingNew(deps.events, taskId, 1_000);
        }
      } finally {
        stream.end();
      }
    },
  );

  app.post(
    '/api/scaffolder/v2/dry-run',
    {
      schema: {
        operationId: 'dryRunTemplate',
        tags,
        summary: 'Carries a template out without effects; the log is kept when a step fails',
        body: z.object({
          template: object,
          values: object.default({}),
          secrets: z.record(z.string(), z.string()).default({}),
          directoryContents: z.array(z.object({ path: z.string(), base64Content: z.string() })).default([]),
        }),
        response: { 200: dryRunAnswer, 400: valueErrors },
      },
      config: { permission: 'templates.template.execute' },
    },
    async (request, reply) => {
      const { template: given, values, secrets, directoryContents } = request.body;
      const entity = given as unknown as Entity;
      if (typeof entity.metadata?.name !== 'string') throw new PavedError('invalid', 'The template has no metadata.name.');
      const template = readTemplate({ ...entity, kind: 'Template' });
      const unknown = deps.actions.problems(template);
      if (unknown[0] !== undefined)
        throw new PavedError('invalid', unknown.map(({ message }) => message).join(' '), {
          problems: unknown,
          ...(unknown[0].fix === undefined ? {} : { fix: unknown[0].fix }),
        });
      const problems = await service.check(template, values as JsonObject, secrets);
      if (problems.length > 0) return reply.code(400).send({ errors: problems.map(valueError) });
      const work: DryRunRequest = {
        template,
        values: values as JsonObject,
        secrets,
        actor: request.actor,
        contents: directoryContents.map((file) => ({ path: file.path, bytes: Buffer.from(file.base64Content, 'base64') })),
      };
      const result = await dryRun(deps.dryRunDeps, work);
      return reply.code(200).send({
        log: result.log.map((body) => ({ body: { ...body } })),
        directoryContents: result.files.map((file) => ({
          path: file.path,
          executable: (file.mode & 0o111) !== 0,
          base64Content: file.bytes.toString('base64'),
        })),
        output: result.output,
        steps: result.steps.map((step) => ({ ...step })),
        ...(result.error === undefined ? {} : { error: result.error }),
      });
    },
  );
}

/** Resolves when the run changes, or after a while: events of a step's log are not announced one by one. */
async function somethingNew(events: Events, runId: string, ms: number): Promise<void> {
  const done = new AbortController();
  const stop = events.subscribe([RUN_CHANGED, STEP_CHANGED], (event) => {
    if (event.subject === runId || event.data['id'] === runId) done.abort();
  });
  try {
    await wait(Math.max(1, ms), undefined, { signal: done.signal }).catch(() => undefined);
  } finally {
    stop();
  }
}

function valueError(problem: Problem): { path: string[]; property: string; message: string; name: string; stack: string } {
  const path = problem.at.split('/').slice(1);
  const property = ['instance', ...path].join('.');
  return { path, property, message: problem.message, name: 'invalid', stack: `${property} ${problem.message}` };
}
