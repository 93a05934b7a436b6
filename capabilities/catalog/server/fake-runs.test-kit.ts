import { testActor } from '@paved/testing';
import type { Run, RunKind, Runs } from '@paved/runs';

/** Runs for tests: carries work out at once in this process, without keeping anything. */
export function fakeRuns(): Runs {
  // oxlint-disable-next-line typescript/no-explicit-any -- kinds with different inputs in one map
  const kinds = new Map<string, RunKind<any, any>>();
  const ended = new Map<string, Promise<Run>>();
  let next = 0;
  const runs: Partial<Runs> = {
    define: (kind) => void kinds.set(kind.kind, kind),
    schedule: () => {},
    async start(request) {
      const id = `run_${++next}`;
      const kind = kinds.get(request.kind);
      const base = {
        id,
        kind: request.kind,
        title: request.kind,
        subjects: [],
        actor: { ref: request.actor.ref, displayName: '' },
        cause: request.cause,
        input: request.input,
        steps: [],
        attempt: 1,
        createdAt: '',
      };
      const step = { idempotencyKey: id, attempt: 1, signal: new AbortController().signal, log: () => {} };
      const work = Promise.resolve(
        kind?.execute({
          id,
          input: request.input,
          actor: request.actor ?? testActor,
          cause: request.cause,
          attempt: 1,
          workspace: '/tmp',
          signal: step.signal,
          step: (_id, _options, run) => run(step),
          skip: async () => {},
          mask: () => {},
        }),
      ).then(
        (output): Run => ({ ...base, status: 'succeeded', output }),
        (error: unknown): Run => ({
          ...base,
          status: 'failed',
          error: { message: error instanceof Error ? error.message : String(error) },
        }),
      );
      ended.set(id, work);
      return { ...base, status: 'running' };
    },
    ended: (id) => ended.get(id) ?? Promise.reject(new Error(`no run ${id}`)),
  };
  return runs as Runs;
}
