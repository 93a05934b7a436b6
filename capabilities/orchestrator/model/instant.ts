import { PavedError, type Json, type JsonObject } from '@paved/kernel';
import { nearest } from './nearest.ts';
import type { Outputs } from './resolve.ts';

/** What runs in an environment, as other services reach it. */
export interface RunningService {
  readonly component: string;
  readonly name: string;
  readonly url?: string;
  readonly ports: Readonly<Record<string, { readonly host: string; readonly port: number; readonly servicePort?: number }>>;
}

/** What instant drivers look things up in; recorded with the deployment, so that plan and apply see the same. */
export interface InstantFacts {
  readonly environment: string;
  readonly services: readonly RunningService[];
}

/** Drivers without an effect: their outputs follow from their inputs at once, already in the plan. */
export const instantDrivers: Readonly<Record<string, (inputs: JsonObject, facts: InstantFacts) => Outputs>> = {
  /** Gives its inputs back as outputs: fixed addresses, shared settings. */
  static: (inputs) => inputs,
  /** Variables and secrets of the service. */
  variables: (inputs) => (inputs['values'] ?? {}) as JsonObject,
  /** Another service's address, by `name`, or `workload` and `port`. */
  services(inputs, facts) {
    const wanted = String(inputs['workload'] ?? inputs['name'] ?? inputs['default'] ?? '');
    const found = facts.services.find((service) => service.name === wanted || service.component === wanted);
    if (found === undefined) {
      const close = nearest(
        wanted,
        facts.services.map((service) => service.name),
      );
      throw new PavedError('invalid', `The service "${wanted}" does not run in ${facts.environment}.`, {
        fix:
          close === undefined
            ? `Deploy ${wanted} to ${facts.environment} first.`
            : `Did you mean "${close}"? Otherwise deploy ${wanted} to ${facts.environment} first.`,
      });
    }
    const { host, port } = portOf(found, inputs['port']);
    return { name: found.name, host, hostname: host, port, url: `http://${host}:${port}` };
  },
};

function portOf(service: RunningService, wanted: Json | undefined): { host: string; port: number } {
  const entries = Object.entries(service.ports).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const found =
    wanted === undefined
      ? entries[0]
      : entries.find(([name, p]) => name === wanted || (p.servicePort !== undefined && String(p.servicePort) === String(wanted)));
  if (found !== undefined) return found[1];
  throw new PavedError(
    'invalid',
    `The service "${service.name}" has no port ${wanted === undefined ? 'at all' : JSON.stringify(wanted)}.`,
    {
      fix: entries.length === 0 ? 'Add service.ports to its Score file.' : `Use one of ${entries.map(([name]) => name).join(', ')}.`,
    },
  );
}
