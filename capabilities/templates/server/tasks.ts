import { PavedError, type Actor, type Json, type JsonObject } from '@paved/kernel';
import type { Guard } from '@paved/host';
import { hasEnded, type Run, type RunStatus, type Runs } from '@paved/runs';
import type { Task, TaskEvent, TaskStore } from './store.ts';

export type TaskStatus = 'open' | 'processing' | 'completed' | 'failed' | 'cancelled' | 'skipped';

const statusOfRun: Readonly<Record<RunStatus, TaskStatus>> = {
  queued: 'open',
  running: 'processing',
  succeeded: 'completed',
  failed: 'failed',
  cancelled: 'cancelled',
};

export interface ScaffolderTask {
  id: string;
  spec: JsonObject;
  status: TaskStatus;
  createdAt: string;
  lastHeartbeatAt?: string;
  createdBy: string;
}

export interface ScaffolderEvent {
  id: number;
  isTaskRecoverable: boolean;
  taskId: string;
  body: JsonObject;
  type: string;
  createdAt: string;
}

export interface Tasks {
  get(id: string, actor: Actor): Promise<ScaffolderTask>;
  list(query: {
    createdBy?: readonly string[];
    status?: readonly string[];
    limit: number;
    offset: number;
    ascending: boolean;
  }): Promise<{ tasks: ScaffolderTask[]; total: number }>;
  events(id: string, after: number): Promise<{ events: ScaffolderEvent[]; ended: boolean }>;
  cancel(id: string, actor: Actor): Promise<TaskStatus>;
  retry(id: string, actor: Actor): Promise<void>;
  /** Writes the last event of a run that has ended; called for every change of a run of ours. */
  closed(runId: string): Promise<void>;
}

/** Backstage's tasks, read from runs. */
export function createTasks(deps: { store: TaskStore; runs: Runs; guard: Guard; now: () => Date }): Tasks {
  const find = async (id: string): Promise<{ task: Task; run: Run }> => {
    const [task, run] = await Promise.all([deps.store.get(id), deps.runs.get(id)]);
    if (task === undefined || run === undefined) throw new PavedError('not_found', `Task with id ${id} not found`);
    return { task, run };
  };
  return {
    async get(id) {
      const { task, run } = await find(id);
      return taskOf(task, run);
    },
    async list({ status, limit, offset, ascending, createdBy }) {
      const wanted =
        status === undefined
          ? undefined
          : (Object.entries(statusOfRun) as [RunStatus, TaskStatus][]).filter(([, own]) => status.includes(own)).map(([run]) => run);
      const runIds =
        wanted === undefined
          ? undefined
          : (await deps.runs.list({ kind: 'templates.template.execute', status: wanted, limit: 1_000 })).map((run) => run.id);
      const { tasks, total } = await deps.store.list({
        limit,
        offset,
        ascending,
        ...(createdBy === undefined ? {} : { createdBy }),
        ...(runIds === undefined ? {} : { runIds }),
      });
      const runs = await Promise.all(tasks.map((task) => deps.runs.get(task.runId)));
      return { tasks: tasks.flatMap((task, index) => (runs[index] === undefined ? [] : [taskOf(task, runs[index])])), total };
    },
    async events(id, after) {
      const { run } = await find(id);
      const events = (await deps.store.events(id, after)).map((event) => eventOf(id, event));
      return { events, ended: hasEnded(run.status) && events.some(({ type }) => type === 'completion' || type === 'cancelled') };
    },
    async cancel(id, actor) {
      const { task, run } = await find(id);
      deps.guard.require(actor, 'templates.task.cancel', { ref: id, ownerRefs: [task.userRef] });
      if (!hasEnded(run.status)) await deps.runs.cancel(id, actor);
      return 'cancelled';
    },
    async retry(id, actor) {
      const { task, run } = await find(id);
      deps.guard.require(actor, 'templates.task.cancel', { ref: id, ownerRefs: [task.userRef] });
      if (!hasEnded(run.status))
        throw new PavedError('conflict', `The task ${id} has not ended.`, { fix: 'Wait for its end, or cancel it.' });
      await deps.runs.retry(id, actor);
    },
    async closed(runId) {
      const run = await deps.runs.get(runId);
      if (run === undefined || !hasEnded(run.status) || (await deps.store.get(runId)) === undefined) return;
      const output = run.output as Json | undefined;
      const status = statusOfRun[run.status];
      await deps.store.append(runId, {
        type: run.status === 'cancelled' ? 'cancelled' : 'completion',
        body: {
          message: `Run completed with status: ${status}`,
          ...(run.status === 'succeeded' && output !== undefined ? { output } : {}),
          ...(run.error === undefined ? {} : { error: { name: 'Error', message: run.error.message } }),
        },
        once: `completion ${run.attempt}`,
        at: deps.now().toISOString(),
      });
      if (run.status === 'succeeded') await deps.store.forgetSecrets(runId);
    },
  };
}

function taskOf(task: Task, run: Run): ScaffolderTask {
  const { document } = task;
  return {
    id: task.runId,
    spec: JSON.parse(
      JSON.stringify({
        apiVersion: 'scaffolder.backstage.io/v1beta3',
        steps: document.steps,
        output: document.output,
        parameters: task.values,
        user: { ref: task.userRef, entity: task.userEntity },
        templateInfo: { entityRef: task.templateRef, baseUrl: document.location },
      }),
    ) as JsonObject,
    status: statusOfRun[run.status],
    createdAt: task.createdAt,
    ...((run.endedAt ?? run.startedAt) ? { lastHeartbeatAt: run.endedAt ?? run.startedAt ?? '' } : {}),
    createdBy: task.userRef,
  };
}

const eventOf = (taskId: string, event: TaskEvent): ScaffolderEvent => ({
  id: event.id,
  isTaskRecoverable: false,
  taskId,
  body: event.body,
  type: event.type,
  createdAt: event.createdAt,
});
