import { Readable } from 'node:stream';
import type { Kysely } from 'kysely';
import { z } from 'zod';
import { pageOf, type App, type Guard } from '@paved/host';
import { isPavedError, PavedError } from '@paved/kernel';
import { runStatuses, stepStatuses, type Run, type RunKind, type Runs } from '../index.ts';
import type { RunsTables } from './tables.ts';
import { views } from './views.ts';

const stepSchema = z
  .object({
    id: z.string(),
    title: z.string(),
    parent: z.string().optional().describe('Id of the step it is shown under.'),
    status: z.enum(stepStatuses),
    attempt: z.number().int(),
    startedAt: z.string().optional(),
    endedAt: z.string().optional(),
    error: z.string().optional(),
    output: z.unknown().optional().describe('Small result for people.'),
  })
  .meta({ id: 'RunStep' });

const runSchema = z
  .object({
    id: z.string(),
    kind: z.string(),
    title: z.string(),
    status: z.enum(runStatuses),
    subjects: z.array(z.string()).describe('What it is about.'),
    actor: z.object({ ref: z.string(), displayName: z.string() }),
    cause: z.object({ type: z.enum(['user', 'push', 'pull_request', 'schedule', 'run', 'system']), ref: z.string().optional() }),
    input: z.unknown(),
    output: z.unknown().optional(),
    error: z.object({ message: z.string(), fix: z.string().optional(), step: z.string().optional() }).optional(),
    steps: z.array(stepSchema),
    attempt: z.number().int().describe('Times it was carried out: retries and takeovers count.'),
    createdAt: z.string(),
    startedAt: z.string().optional(),
    endedAt: z.string().optional(),
  })
  .meta({ id: 'Run' });

const runPage = pageOf(runSchema).meta({ id: 'RunPage' });
const logPage = pageOf(
  z.object({
    step: z.string(),
    n: z.number().int().describe('Line number within the step, from 1.'),
    at: z.string(),
    stream: z.enum(['stdout', 'stderr']),
    text: z.string().describe('May hold ANSI colours.'),
  }),
)
  .extend({
    position: z.string().describe('Cursor behind the last line of this page, also at the present end: ask again with it to go on.'),
  })
  .meta({ id: 'RunLogPage' });
const kindsAnswer = z.object({
  items: z.array(z.object({ kind: z.string(), permission: z.string(), input: z.unknown().describe('JSON Schema.') })),
});

const byId = z.object({ id: z.string().min(1).max(200) });
/** One value or several: `status=failed&status=running` and `status=failed,running` mean the same. */
const statuses = z
  .union([z.string(), z.array(z.string())])
  .transform((given) => [given].flat().flatMap((text) => text.split(',')))
  .pipe(z.array(z.enum(runStatuses)));

export interface RouteDeps {
  readonly service: Runs;
  readonly db: Kysely<RunsTables>;
  // oxlint-disable-next-line typescript/no-explicit-any -- kinds of every input live in one registry
  readonly kinds: ReadonlyMap<string, RunKind<any, any>>;
  readonly guard: Guard;
  /** Aborted when the server stops: nobody is kept waiting. */
  readonly signal: AbortSignal;
}

export function addRoutes(app: App, { service, db, kinds, guard, signal }: RouteDeps): void {
  const get = async (id: string): Promise<Run> => {
    const run = await service.get(id);
    if (run === undefined) throw new PavedError('not_found', `There is no run ${id}.`, { fix: 'Look for it in the list of runs.' });
    return run;
  };
  /** The run as it is after at most `seconds`. */
  const settled = async (run: Run, seconds: number): Promise<Run> => {
    if (seconds === 0) return run;
    const { promise: stopped, resolve } = Promise.withResolvers<undefined>();
    const onStop = (): void => resolve(undefined);
    if (signal.aborted) onStop();
    signal.addEventListener('abort', onStop, { once: true });
    try {
      return (await Promise.race([service.ended(run.id, seconds * 1000), stopped])) ?? (await get(run.id));
    } catch (error) {
      if (isPavedError(error, 'timeout')) return await get(run.id);
      throw error;
    } finally {
      signal.removeEventListener('abort', onStop);
    }
  };
  const wait = z.object({ wait: z.coerce.number().min(0).max(60).default(0).describe('Seconds to wait for its end before answering.') });

  app.get(
    '/api/runs',
    {
      config: { permission: 'runs.run.read' },
      schema: {
        operationId: 'listRuns',
        tags: ['runs'],
        summary: 'Runs, newest first',
        querystring: z.object({
          kind: z.string().optional(),
          subject: z.string().optional().describe('Entity ref, repository or whatever it is about.'),
          status: statuses.optional(),
          actor: z.string().optional().describe('Entity ref of who started it.'),
          limit: z.coerce.number().int().min(1).max(200).default(50),
          cursor: z.string().max(200).optional(),
        }),
        response: { 200: runPage },
      },
    },
    async ({ query }) => views.page(db, { ...query, actorRef: query.actor }, query.limit, query.cursor) as never,
  );

  app.get(
    '/api/runs/kinds',
    {
      config: { permission: 'runs.run.read' },
      schema: {
        operationId: 'listRunKinds',
        tags: ['runs'],
        summary: 'Kinds of runs that can be started by hand',
        response: { 200: kindsAnswer },
      },
    },
    async () => ({
      items: [...kinds.values()].flatMap(({ kind, permission, input }) =>
        permission === undefined ? [] : [{ kind, permission, input: z.toJSONSchema(input, { io: 'input', unrepresentable: 'any' }) }],
      ),
    }),
  );

  app.get(
    '/api/runs/:id',
    {
      config: { permission: 'runs.run.read' },
      schema: {
        operationId: 'getRun',
        tags: ['runs'],
        summary: 'One run with its steps',
        params: byId,
        querystring: wait,
        response: { 200: runSchema },
      },
    },
    async ({ params, query }) => (await settled(await get(params.id), query.wait)) as never,
  );

  app.post(
    '/api/runs',
    {
      config: { signedIn: true },
      schema: {
        operationId: 'startRun',
        tags: ['runs'],
        summary: 'Start a run of an open kind',
        querystring: wait,
        body: z.object({ kind: z.string().min(1), input: z.unknown().optional() }),
        response: { 201: runSchema },
      },
    },
    async ({ actor, body, query }, reply) => {
      const kind = kinds.get(body.kind);
      if (kind?.permission === undefined) {
        const open = [...kinds.values()].filter((k) => k.permission !== undefined).map((k) => k.kind);
        throw new PavedError('invalid', `Runs of kind "${body.kind}" cannot be started here.`, {
          fix: `Open kinds: ${open.sort().join(', ')}.`,
        });
      }
      guard.require(actor, kind.permission);
      const run = await service.start({ kind: body.kind, input: body.input ?? {}, actor, cause: { type: 'user' } });
      return reply.code(201).send((await settled(run, query.wait)) as never);
    },
  );

  app.post(
    '/api/runs/:id/cancel',
    {
      config: { signedIn: true },
      schema: {
        operationId: 'cancelRun',
        tags: ['runs'],
        summary: 'Cancel a run',
        params: byId,
        querystring: wait,
        body: z.object({ reason: z.string().max(500).optional() }).nullish(),
        response: { 200: runSchema },
      },
    },
    async ({ actor, params, body, query }) => {
      const run = await get(params.id);
      guard.require(actor, 'runs.run.cancel', { ref: run.id, ownerRefs: ownersOf(run) });
      await service.cancel(run.id, actor, body?.reason);
      return (await settled(await get(run.id), query.wait)) as never;
    },
  );

  app.post(
    '/api/runs/:id/retry',
    {
      config: { signedIn: true },
      schema: {
        operationId: 'retryRun',
        tags: ['runs'],
        summary: 'Run it again from its first unfinished step',
        params: byId,
        querystring: wait,
        response: { 200: runSchema },
      },
    },
    async ({ actor, params, query }) => {
      const run = await get(params.id);
      guard.require(actor, 'runs.run.cancel', { ref: run.id, ownerRefs: ownersOf(run) });
      return (await settled(await service.retry(run.id, actor), query.wait)) as never;
    },
  );

  app.get(
    '/api/runs/:id/logs',
    {
      config: { permission: 'runs.run.read' },
      schema: {
        operationId: 'getRunLogs',
        tags: ['runs'],
        summary: 'Log lines; follow with events of type runs.log.appended',
        params: byId,
        querystring: z.object({
          step: z.string().optional(),
          after: z.coerce.number().int().min(0).optional().describe('Only lines with a larger number; needs `step`.'),
          cursor: z.string().max(200).optional(),
          limit: z.coerce.number().int().min(1).max(10_000).default(1000),
          format: z.enum(['json', 'text']).default('json').describe('`text` gives the whole log as plain text.'),
        }),
        response: { 200: logPage },
      },
    },
    async ({ params, query }, reply) => {
      const run = await get(params.id);
      if (query.format === 'text') {
        return reply
          .type('text/plain; charset=utf-8')
          .serializer((text) => text as string)
          .send(Readable.from(views.logText(db, run.id, query.step)) as never);
      }
      if (query.after !== undefined && query.step === undefined) {
        throw new PavedError('invalid', '`after` counts lines of one step, but no step is named.', {
          fix: 'Add step=…, or page through all steps with cursor.',
        });
      }
      return views.logs(db, run.id, query);
    },
  );
}

/** Whose run it is: who started it, and the owners it names among its subjects. */
const ownersOf = (run: Run): string[] => [run.actor.ref, ...run.subjects];
