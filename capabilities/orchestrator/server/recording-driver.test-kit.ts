import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Driver, DriverFactory, WorkloadInputs } from '../index.ts';

/** One call, as a driver for tests writes it down. */
export interface Recorded {
  readonly call: 'apply' | 'destroy' | 'adopt';
  readonly type: string;
  readonly uid: string;
  readonly key: string;
  readonly inputs: unknown;
}

/**
 * A driver whose world is a folder: what it makes are files, so that it survives a crash of the platform. Workloads answer with a URL,
 * databases with a secret password. A file `fail-<type>` or `hang-<type>` in the folder makes the next applies fail or wait.
 */
export function recordingDriver(name: string, folder: string): DriverFactory {
  mkdirSync(folder, { recursive: true });
  const journal = path.join(folder, 'journal.jsonl');
  const write = (entry: Recorded): void => appendFileSync(journal, `${JSON.stringify(entry)}\n`);
  const thing = (uid: string): string => path.join(folder, `${uid}.json`);
  const on = (what: string): boolean => existsSync(path.join(folder, what));
  return (context): Driver => ({
    name,
    validate: (input) => (input.inputs['invalid'] === true ? ['It is invalid on purpose.'] : []),
    async apply(input, state, call) {
      write({ call: 'apply', type: input.type, uid: input.uid, key: call.idempotencyKey, inputs: input.inputs });
      while (on(`hang-${input.type}`) && !call.signal.aborted) await new Promise((resolve) => setTimeout(resolve, 20));
      if (on(`fail-${input.type}`)) throw new Error(`The driver cannot make a ${input.type} today.`);
      call.log(`made ${input.type}`);
      const made = existsSync(thing(input.uid)) ? (JSON.parse(readFileSync(thing(input.uid), 'utf8')) as { times: number }).times : 0;
      writeFileSync(thing(input.uid), JSON.stringify({ times: made + 1, inputs: input.inputs, known: state !== undefined }));
      switch (input.type) {
        case 'workload': {
          const inputs = input.inputs as unknown as WorkloadInputs;
          const [route] = inputs.routes;
          context.changed(input.uid);
          return {
            state: { version: inputs.version },
            outputs: {
              ...(route === undefined ? {} : { url: `http://${route.host}:7480${route.path}` }),
              ports: Object.fromEntries(Object.keys(inputs.ports).map((port, i) => [port, { host: '127.0.0.1', port: 40_000 + i }])),
            },
          };
        }
        case 'dns':
          return { state: {}, outputs: { host: String(input.inputs['host']), url: `http://${String(input.inputs['host'])}:7480` } };
        case 'route':
          return { state: {}, outputs: { host: input.inputs['host'] ?? '', path: input.inputs['path'] ?? '', url: 'http://x' } };
        default:
          return {
            state: { made: true },
            outputs: {
              host: '127.0.0.1',
              port: 5432,
              name: String(input.inputs['name']),
              database: String(input.inputs['name']),
              username: 'shop',
            },
            secretOutputs: { password: `taint-${input.uid}` },
          };
      }
    },
    observe: async (input) =>
      on(`ill-${input.type}`)
        ? { health: 'failed', reason: 'Ill on purpose.', facts: { instances: { ready: 0, wanted: 1 }, restarts: 7 } }
        : { health: 'healthy', ...(input.type === 'workload' ? { facts: { instances: { ready: 1, wanted: 1 }, restarts: 0 } } : {}) },
    async destroy(input, _state, call) {
      write({ call: 'destroy', type: input.type, uid: input.uid, key: call.idempotencyKey, inputs: input.inputs });
      rmSync(thing(input.uid), { force: true });
    },
    async adopt(resources) {
      for (const { input } of resources) write({ call: 'adopt', type: input.type, uid: input.uid, key: '', inputs: input.inputs });
    },
    logs: async () => [{ n: 1, at: '2026-01-01T00:00:00.000Z', stream: 'stdout', text: 'hello', instance: 'a' }],
  });
}

/** What a recording driver was asked, oldest first. */
export function journalOf(folder: string): Recorded[] {
  const file = path.join(folder, 'journal.jsonl');
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Recorded);
}
