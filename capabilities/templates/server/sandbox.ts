import { Worker } from 'node:worker_threads';
import { formatDuration, PavedError, type Json, type JsonObject, type Problem } from '@paved/kernel';
import type { TextOptions } from './expression-engine.ts';
import type { SandboxAnswer, SandboxJob } from './sandbox-worker.ts';

export interface SandboxLimits {
  /** A job that takes longer is stopped with its thread. */
  readonly deadlineMs: number;
  readonly memoryMb: number;
  /** Threads at most. */
  readonly threads: number;
  /** An unused thread ends after this long, so that an idle platform pays nothing. */
  readonly idleMs: number;
}

/** Evaluates what templates bring (expressions, files, schemas) in threads of their own, with deadline and memory cap. */
export interface Sandbox {
  /** Renders every string of a JSON value. `where` starts the sentence of a failure: `Step "fetch", input`. */
  value(where: string, value: Json, context: JsonObject, failed?: boolean): Promise<Json | undefined>;
  texts(
    where: string,
    sources: readonly { name: string; text: string }[],
    context: JsonObject,
    options?: TextOptions,
  ): Promise<readonly string[]>;
  /** Problems of values against JSON Schemas. */
  check(schemas: readonly JsonObject[], values: JsonObject): Promise<readonly Problem[]>;
  close(): Promise<void>;
}

interface Thread {
  readonly worker: Worker;
  /** Resolves once its modules are loaded: a busy machine must not cost the job its time. */
  readonly ready: Promise<void>;
  idle: NodeJS.Timeout | undefined;
  /** Who waits for the answer. The listeners stay for the thread's whole life: taking them off stops its messages. */
  job: { resolve: (answer: SandboxAnswer) => void; reject: (error: Error) => void } | undefined;
}

const defaults: SandboxLimits = { deadlineMs: 2_000, memoryMb: 64, threads: 2, idleMs: 5_000 };

export function createSandbox(limits: Partial<SandboxLimits> = {}): Sandbox {
  const { deadlineMs, memoryMb, threads, idleMs } = { ...defaults, ...limits };
  const free: Thread[] = [];
  const waiting: ((thread: Thread) => void)[] = [];
  const alive = new Set<Thread>();
  let closed = false;

  const start = (): Thread => {
    const worker = new Worker(new URL('./sandbox-worker.ts', import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: memoryMb, maxYoungGenerationSizeMb: 8, stackSizeMb: 4 },
      env: {},
      stdin: false,
    });
    worker.unref();
    const ready = Promise.withResolvers<void>();
    ready.promise.catch(() => {});
    const thread: Thread = { worker, ready: ready.promise, idle: undefined, job: undefined };
    alive.add(thread);
    worker.on('message', (answer: SandboxAnswer | 'ready') => (answer === 'ready' ? ready.resolve() : thread.job?.resolve(answer)));
    worker.on('error', (error) => {
      thread.job?.reject(error);
      ready.reject(error);
      forget(thread);
    });
    worker.on('exit', () => {
      const stopping = new PavedError('unavailable', 'The platform is stopping.');
      thread.job?.reject(stopping);
      ready.reject(stopping);
      forget(thread);
    });
    return thread;
  };
  const forget = (thread: Thread): void => {
    clearTimeout(thread.idle);
    alive.delete(thread);
    const index = free.indexOf(thread);
    if (index >= 0) free.splice(index, 1);
  };
  const end = async (thread: Thread): Promise<void> => {
    forget(thread);
    await thread.worker.terminate();
  };
  const take = (): Promise<Thread> => {
    if (closed) throw new PavedError('unavailable', 'The platform is stopping.');
    const thread = free.pop() ?? (alive.size < threads ? start() : undefined);
    if (thread === undefined) return new Promise((resolve) => waiting.push(resolve));
    clearTimeout(thread.idle);
    return Promise.resolve(thread);
  };
  const give = (thread: Thread): void => {
    thread.job = undefined;
    const next = waiting.shift();
    if (next !== undefined) return next(thread);
    free.push(thread);
    thread.idle = setTimeout(() => void end(thread), idleMs);
    thread.idle.unref();
  };
  const replace = async (thread: Thread): Promise<void> => {
    await end(thread);
    const next = waiting.shift();
    if (next !== undefined) next(start());
  };

  const run = async (where: string, job: SandboxJob): Promise<unknown> => {
    const thread = await take();
    let timer: NodeJS.Timeout | undefined;
    try {
      await thread.ready;
      const answer = await new Promise<SandboxAnswer>((resolve, reject) => {
        thread.job = { resolve, reject };
        timer = setTimeout(() => reject(stopped(where, `did not end within ${formatDuration(deadlineMs)}`)), deadlineMs);
        thread.worker.postMessage(job);
      });
      give(thread);
      if (!answer.ok) throw failure(where, answer);
      return answer.result;
    } catch (error) {
      // An expression that merely failed leaves the thread usable; anything else ends it.
      if (thread.job !== undefined || !alive.has(thread)) await replace(thread);
      if ((error as NodeJS.ErrnoException).code === 'ERR_WORKER_OUT_OF_MEMORY')
        throw stopped(where, `needed more than ${memoryMb} MiB of memory`);
      throw error;
    } finally {
      clearTimeout(timer);
    }
  };

  return {
    value: (where, value, context, failed = false) => run(where, { type: 'value', value, context, failed }) as Promise<Json | undefined>,
    texts: (where, sources, context, options = {}) =>
      run(where, { type: 'texts', sources, context, options }) as Promise<readonly string[]>,
    check: (schemas, values) => run('The form’s schema', { type: 'check', schemas, values }) as Promise<readonly Problem[]>,
    async close() {
      closed = true;
      await Promise.all([...alive].map(end));
    },
  };
}

const stopped = (where: string, what: string): PavedError =>
  new PavedError('invalid', `${where}: evaluation ${what} and was stopped.`, { fix: 'Look for a loop that never ends or grows.' });

function failure(where: string, answer: Extract<SandboxAnswer, { ok: false }>): PavedError {
  const at = answer.at === '' ? where : where.endsWith('file') ? `${where} ${answer.at}` : `${where}.${answer.at}`;
  return new PavedError('invalid', `${at}: ${answer.message.replace(/\.$/, '')}.`, {
    fix: answer.limit ? 'Look for a loop that never ends or grows.' : 'Correct the expression in the template.',
    facts: { at: answer.at },
  });
}
