import path from 'node:path';
import { mkdirSync } from 'node:fs';
import { PavedError, type JsonObject } from '@paved/kernel';
import type { Driver, DriverContext, DriverFactory, DriverInput } from '@paved/orchestrator';
import type { GuardOptions } from './guards.ts';
import { joinSupervisor } from './join.ts';
import { isName, nameOutputs, nameProblems } from './names.ts';
import { safeName } from './record.ts';
import { workloadProblems } from './validate.ts';
import type { WorkloadLimits } from './workload.ts';

export interface ProcessDriverOptions extends GuardOptions {
  /** What a graceful stop of the server does to workloads. Default `stop`; a killed server leaves them running in any case. */
  readonly onStop?: 'stop' | 'leave';
  readonly limits?: Partial<WorkloadLimits>;
}

const defaults: WorkloadLimits = { readyMs: 60_000, drainMs: 10_000, graceMs: 10_000, steadyProbeMs: 5_000 };

/** Makes the driver `process`: workloads as supervised processes of this host, and the names under which the ingress answers. */
export function createProcessDriver(options: ProcessDriverOptions = {}): DriverFactory {
  return async (context) => {
    const limits = { ...defaults, ...options.limits };
    const supervisor = await joinSupervisor({ context, limits, guard: options, onStop: options.onStop ?? 'stop' });
    const workload = (input: DriverInput): boolean => !isName(input) && input.type !== 'volume';
    const driver: Driver = {
      name: 'process',
      validate: (input) => (isName(input) ? nameProblems(input) : workload(input) ? workloadProblems(input) : []),
      async apply(input, _state, call) {
        if (isName(input)) return { state: {}, outputs: nameOutputs(input.inputs, supervisor.ingressPort()) };
        if (input.type === 'volume') return { state: {}, outputs: volumeOutputs(context, input) };
        const [problem] = workloadProblems(input);
        if (problem !== undefined) throw new PavedError('invalid', problem);
        const { version } = input.inputs as { version?: string };
        call.log(`Starting version ${version ?? ''} beside what runs.`);
        const outputs = await supervisor.apply(input, { signal: call.signal, reveal: call.reveal });
        call.log(outputs.url === undefined ? 'It is ready.' : `It is ready and answers at ${outputs.url}.`);
        return { state: { workload: input.uid }, outputs: outputs as unknown as JsonObject };
      },
      observe: async (input) => (workload(input) ? supervisor.observe(input) : { health: 'healthy' }),
      // A volume's folder is kept: data goes only by hand.
      destroy: async (input) => (workload(input) ? supervisor.destroy(input) : undefined),
      adopt: (resources) => supervisor.resume(resources.map(({ input }) => input).filter(workload)),
      logs: async (input, _state, query) => (workload(input) ? supervisor.logs(input, query) : []),
      stop: () => supervisor.leave(),
    };
    return driver;
  };
}

/** Names only (`dns`, `route`), for definitions that say `ingress`. They answer on the ingress of the driver `process` beside it. */
export const ingressDriver: DriverFactory = (context) => ({
  name: 'ingress',
  validate: nameProblems,
  apply: async (input) => ({ state: {}, outputs: nameOutputs(input.inputs, context.config.ingressPort) }),
  observe: async () => ({ health: 'healthy' }),
  destroy: async () => {},
});

/** A folder per resource, kept when the resource goes. */
export const volumeDriver: DriverFactory = (context) => ({
  name: 'volume',
  validate: () => [],
  apply: async (input) => ({ state: {}, outputs: volumeOutputs(context, input) }),
  observe: async () => ({ health: 'healthy' }),
  destroy: async () => {},
});

function volumeOutputs(context: DriverContext, input: DriverInput): { source: string; path: string } {
  const source = path.join(context.dataDir, 'volumes', safeName(input.uid));
  mkdirSync(source, { recursive: true, mode: 0o700 });
  return { source, path: source };
}
