import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkloadInputs, WorkloadOutputs } from '@paved/orchestrator';
import type { Backend } from './backend.ts';
import { openForwarder, type Forwarder } from './forwarder.ts';
import type { Ingress } from './ingress.ts';
import type { Instance } from './instance.ts';
import type { PortPool } from './port.ts';
import type { WorkloadRecord } from './record.ts';
import type { Releases } from './release.ts';
import { normalPath } from './routes.ts';
import { serveFolder } from './static-files.ts';
import { staticFolderOf } from './static-folder.ts';

interface TrafficDeps {
  readonly record: WorkloadRecord;
  readonly ingress: Ingress;
  readonly ports: PortPool;
  readonly releases: Releases;
  /** The instances that take traffic now; undefined when it does not run. One read decides, so that a switch is one assignment. */
  current(): readonly Instance[] | undefined;
  name(): string;
  say(text: string): void;
  save(): void;
}

/** How requests reach a workload: routes of the ingress and fixed ports. */
interface Traffic {
  /** Points routes and fixed ports to what is current. Throws when another workload holds a route. */
  open(inputs: WorkloadInputs): Promise<void>;
  outputs(inputs: WorkloadInputs): WorkloadOutputs;
  close(): void;
}

/** How long a request waits for an instance that is just starting (again), before it gets a 503. */
const SEAT_WAIT_MS = 5_000;
const SUSPECT_MS = 250;
const HOPELESS = 3;

export function createTraffic(deps: TrafficDeps): Traffic {
  const { record } = deps;
  const uid = record.input.uid;
  const forwarders = new Map<string, Forwarder>();
  let turn = 0;

  const instances = (port: string): Backend => ({
    get name() {
      return deps.name();
    },
    async seat(not) {
      const since = Date.now();
      for (;;) {
        const waited = Date.now() - since;
        const current = deps.current();
        const ready = (current ?? []).filter((instance) => instance.state() === 'ready' && instance.port(port) !== undefined);
        // One that was just found dead may come back on the same port: it is left out for a moment only.
        const usable = waited < SUSPECT_MS ? ready.filter((instance) => instance.port(port) !== not) : ready;
        const chosen = usable[turn++ % Math.max(1, usable.length)];
        if (chosen !== undefined) return chosen.seat(port);
        if (current === undefined) return `${deps.name()} is not running.`;
        // Who waits for one that ends again and again waits in vain.
        const hopeless = current.length > 0 && current.every((instance) => instance.crashes() >= HOPELESS);
        if (hopeless || waited > SEAT_WAIT_MS) {
          const reason = current.map((instance) => instance.reason(true)).find((text) => text !== undefined);
          return `${deps.name()} is not ready${reason === undefined ? '' : `: ${reason}`}.`;
        }
        await sleep(20);
      }
    },
  });

  const files = (inputs: WorkloadInputs, release: string, prefix: string): Backend => ({
    name: inputs.name,
    serve: serveFolder(staticFolderOf(release, inputs), normalPath(prefix)),
    seat: async () => 'Files are served without an instance.',
  });

  const openFixed = async (port: string, backend: Backend): Promise<Forwarder> => {
    const before = record.fixedPorts[port];
    if (before !== undefined) {
      try {
        deps.ports.claim(before);
        return await openForwarder(before, backend);
      } catch {
        deps.say(
          `Port ${before}, where other services reach ${port}, is used by another program; deploy them again to give them the new one.`,
        );
      }
    }
    const fixed = await deps.ports.allocate();
    record.fixedPorts[port] = fixed;
    deps.save();
    return openForwarder(fixed, backend);
  };

  return {
    async open(inputs) {
      const release = inputs.class === 'static' && inputs.artifact !== undefined ? await deps.releases.unpack(inputs.artifact) : undefined;
      const target = (port: string, prefix: string): Backend => (release === undefined ? instances(port) : files(inputs, release, prefix));
      deps.ingress.claim(
        uid,
        inputs.routes.map(({ host, path, port }) => ({ host, path, target: target(port, path) })),
      );
      for (const [port, forwarder] of forwarders) {
        // Those to instances stay: they follow what is current by themselves.
        if (port in inputs.ports && release === undefined && inputs.class !== 'job') continue;
        forwarder.close();
        forwarders.delete(port);
      }
      if (inputs.class === 'job') return;
      for (const port of Object.keys(inputs.ports)) {
        if (!forwarders.has(port)) forwarders.set(port, await openFixed(port, target(port, '/')));
      }
    },
    outputs(inputs) {
      const [first] = inputs.routes;
      const ports = Object.fromEntries(
        Object.keys(inputs.ports).flatMap((port) => {
          const fixed = record.fixedPorts[port];
          return fixed === undefined ? [] : [[port, { host: '127.0.0.1', port: fixed }]];
        }),
      );
      return {
        ...(first === undefined
          ? {}
          : { url: `http://${first.host}:${deps.ingress.port}${first.path === '/' ? '' : normalPath(first.path)}` }),
        ...(Object.keys(ports).length === 0 ? {} : { ports }),
      };
    },
    close() {
      for (const forwarder of forwarders.values()) forwarder.close();
      forwarders.clear();
    },
  };
}
