import type { Json, JsonObject } from '@paved/kernel';
import type { DriverInput } from '@paved/orchestrator';
import { normalPath } from './routes.ts';

/** Nodes of type `dns` and `route`: names only; traffic follows the routes of the workload. */
export function isName(input: DriverInput): boolean {
  return input.type === 'dns' || input.type === 'route';
}

export function nameProblems(input: DriverInput): string[] {
  const { host, path } = input.inputs;
  const problems: string[] = [];
  if (typeof host !== 'string' || !/^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/i.test(host)) {
    problems.push(`"${String(host)}" is not a host name; write letters, digits and hyphens separated by dots.`);
  }
  if (path !== undefined && (typeof path !== 'string' || !path.startsWith('/')))
    problems.push(`The path "${String(path)}" must begin with "/".`);
  return problems;
}

export function nameOutputs(input: JsonObject, ingressPort: number): Record<string, Json> {
  const host = String(input['host']);
  const path = typeof input['path'] === 'string' ? normalPath(input['path']) : undefined;
  const url = `http://${host}:${ingressPort}${path === undefined || path === '/' ? '' : path}`;
  return { host, ...(path === undefined ? {} : { path }), url };
}
