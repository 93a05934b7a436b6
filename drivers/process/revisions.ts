import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { WorkloadInputs } from '@paved/orchestrator';
import { createInstance, type Instance, type InstanceDeps } from './instance.ts';
import type { InstanceRecord, RevisionRecord, WorkloadRecord } from './record.ts';
import type { Releases } from './release.ts';

/** A version with its instances, whatever they do. */
export interface Running {
  readonly revision: RevisionRecord;
  readonly instances: readonly Instance[];
}

interface RevisionsDeps extends Pick<
  InstanceDeps,
  'markerPrefix' | 'ports' | 'graceMs' | 'steadyProbeMs' | 'reveal' | 'cage' | 'log' | 'save'
> {
  readonly record: WorkloadRecord;
  /** The workload's own folder; each instance has one below it. */
  readonly folder: string;
  readonly releases: Releases;
  readonly now: () => Date;
  changed(): void;
}

/** The versions of a workload, and the instances of those that are written down. */
export interface Revisions {
  /** The next version, with ports for its instances; a static site has none, and a job gets one for each run. */
  newRevision(inputs: WorkloadInputs, digest: string): Promise<RevisionRecord>;
  newInstance(inputs: WorkloadInputs, id: string): Promise<InstanceRecord>;
  instanceOf(revision: RevisionRecord, instance: InstanceRecord): Instance;
  runningOf(revision: RevisionRecord): Running;
  /** Removes folders of instances that nobody remembers. */
  sweep(): void;
}

export function createRevisions(deps: RevisionsDeps): Revisions {
  const { record, folder, ports, releases } = deps;

  const newInstance = async (inputs: WorkloadInputs, id: string): Promise<InstanceRecord> => {
    const given: Record<string, number> = {};
    for (const port of Object.keys(inputs.ports).sort()) given[port] = await ports.allocate();
    return { id, ports: given, processes: {}, done: [] };
  };

  const instanceOf = (revision: RevisionRecord, instance: InstanceRecord): Instance => {
    for (const port of Object.values(instance.ports)) ports.claim(port);
    return createInstance({
      record: instance,
      inputs: revision.inputs,
      folder: path.join(folder, instance.id),
      markerPrefix: deps.markerPrefix,
      ports,
      graceMs: deps.graceMs,
      steadyProbeMs: deps.steadyProbeMs,
      reveal: deps.reveal,
      cage: deps.cage,
      async provideApp(app) {
        const { artifact } = revision.inputs;
        if (artifact === undefined) mkdirSync(app, { recursive: true, mode: 0o700 });
        else await releases.copy(await releases.unpack(artifact), app);
      },
      log: deps.log,
      save: deps.save,
      onChange: deps.changed,
      onExit({ at, ...how }, wanted) {
        // A version that is only being tried says nothing about the one that serves.
        if (revision === record.current) {
          record.lastExit = { ...how, at: new Date(at).toISOString() };
          if (!wanted) record.restarts++;
        }
        deps.save();
        deps.changed();
      },
    });
  };

  return {
    newInstance,
    instanceOf,
    async newRevision(inputs, digest) {
      const number = ++record.lastRevision;
      const count = inputs.class === 'static' || inputs.class === 'job' ? 0 : Math.max(1, inputs.replicas);
      const instances: InstanceRecord[] = [];
      for (let replica = 1; replica <= count; replica++) instances.push(await newInstance(inputs, `r${number}-${replica}`));
      return { number, digest, inputs, deployedAt: deps.now().toISOString(), instances };
    },
    runningOf: (revision) => ({ revision, instances: revision.instances.map((instance) => instanceOf(revision, instance)) }),
    sweep() {
      const known = new Set([record.current, record.next, ...record.old].flatMap((revision) => revision?.instances.map((i) => i.id) ?? []));
      for (const entry of existsSync(folder) ? readdirSync(folder) : []) {
        if (/^r\d+-\d+$/.test(entry) && !known.has(entry)) rmSync(path.join(folder, entry), { recursive: true, force: true });
      }
    },
  };
}
