import path from 'node:path';
import type { SecretRef } from '@paved/secrets';
import type { WorkloadContainer, WorkloadInputs, WorkloadValue } from '@paved/orchestrator';
import { MARKER } from './child.ts';

export type Reveal = (ref: SecretRef) => Promise<string>;

/** A container's declared variables in clear, and the secrets among them (to be masked). Only ever in memory. */
export interface Resolved {
  readonly variables: Readonly<Record<string, string>>;
  readonly secrets: readonly string[];
}

/** Reveals what a value refers to; every clear secret is also put into `secrets`. */
export async function resolveValue(value: WorkloadValue, reveal: Reveal, secrets: Set<string>): Promise<string> {
  if (typeof value === 'string') return value;
  const parts = 'parts' in value ? value.parts : [value];
  const texts: string[] = [];
  for (const part of parts) {
    const text = typeof part === 'string' ? part : await reveal(part.secretRef);
    if (typeof part !== 'string') secrets.add(text);
    texts.push(text);
  }
  return texts.join('');
}

export async function resolveVariables(container: WorkloadContainer, reveal: Reveal): Promise<Resolved> {
  const secrets = new Set<string>();
  const variables: Record<string, string> = {};
  for (const [name, value] of Object.entries(container.variables)) variables[name] = await resolveValue(value, reveal, secrets);
  return { variables, secrets: [...secrets] };
}

/**
 * The same from the environment of a process that still runs: after a restart of the server nothing needs to be revealed again.
 * Undefined when a declared variable is missing there.
 */
export function recoverVariables(container: WorkloadContainer, environment: Readonly<Record<string, string>>): Resolved | undefined {
  const secrets = new Set<string>();
  const variables: Record<string, string> = {};
  for (const [name, value] of Object.entries(container.variables)) {
    const text = environment[name];
    if (text === undefined) return undefined;
    variables[name] = text;
    if (typeof value === 'string') continue;
    if (!('parts' in value)) secrets.add(text);
    else for (const secret of secretsInside(value.parts, text)) secrets.add(secret);
  }
  return { variables, secrets: [...secrets] };
}

function secretsInside(parts: readonly (string | object)[], text: string): readonly string[] {
  const pattern = parts
    .map((part) => (typeof part === 'string' ? part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`) : '([^]*)'))
    .join('');
  // When it does not fit, the whole text counts as secret.
  return new RegExp(`^${pattern}$`).exec(text)?.slice(1) ?? [text];
}

interface EnvironmentOptions {
  readonly resolved: Resolved;
  readonly ports: Readonly<Record<string, number>>;
  readonly home: string;
  readonly temporary: string;
  readonly filesRoot: string;
  readonly marker: string;
}

/** The whole environment of a container: nothing of the server's own is passed on. */
export function environmentFor({ resolved, ports, home, temporary, filesRoot, marker }: EnvironmentOptions): Record<string, string> {
  const names = Object.keys(ports).sort();
  const first = names[0];
  const allocated = {
    ...(first === undefined ? {} : { PORT: String(ports[first]) }),
    ...Object.fromEntries(names.map((name) => [`PORT_${name.toUpperCase().replaceAll('-', '_')}`, String(ports[name])])),
  };
  return {
    PATH: [path.dirname(process.execPath), '/usr/local/bin', '/usr/bin', '/bin'].join(':'),
    HOME: home,
    TMPDIR: temporary,
    LANG: 'C.UTF-8',
    PAVED_FILES_ROOT: filesRoot,
    // Only the ingress on this machine asks them; a service that looks at HOST is not seen from the network.
    HOST: '127.0.0.1',
    ...allocated,
    ...resolved.variables,
    [MARKER]: marker,
  };
}

/** The real port behind a Score target port; the number itself when the workload declares no such port. */
export function realPort(inputs: WorkloadInputs, ports: Readonly<Record<string, number>>, targetPort: number): number {
  const entries = Object.entries(inputs.ports);
  const named = entries.find(([, port]) => port.targetPort === targetPort) ?? entries.find(([, port]) => port.port === targetPort);
  return (named === undefined ? undefined : ports[named[0]]) ?? targetPort;
}
