import { PavedError, type Json, type JsonObject } from '@paved/kernel';
import { workloadClasses, type WorkloadClass } from '../index.ts';
import { nearest } from './nearest.ts';
import type { ScoreAmounts, ScoreContainer, ScoreDocument } from './score/document.ts';

const CLASS = 'paved.dev/workload-class';
const SCHEDULE = 'paved.dev/schedule';
const REPLICAS = 'paved.dev/replicas';
const FOLDER = 'paved.dev/static-folder';

/** The class that a Score document asks for. Throws `invalid` for unknown ones and for schedules without a job. */
export function workloadClassOf(score: ScoreDocument): WorkloadClass {
  const annotations = score.metadata.annotations ?? {};
  const wanted = annotations[CLASS] ?? (annotations[SCHEDULE] === undefined ? 'default' : 'job');
  const known = workloadClasses.find((c) => c === wanted);
  if (known === undefined) {
    const close = wanted === 'scheduled' || wanted === 'cron' ? 'job' : nearest(wanted, workloadClasses);
    throw new PavedError('invalid', `"${wanted}" is not a class of workload.`, {
      fix: `${close === undefined ? '' : `Did you mean ${close}? `}Set metadata.annotations["${CLASS}"] to one of ${workloadClasses.join(', ')}.`,
    });
  }
  if (annotations[SCHEDULE] !== undefined && known !== 'job') {
    throw new PavedError('invalid', `A workload of class ${known} has no schedule.`, {
      fix: `Set metadata.annotations["${CLASS}"] to job, or remove ${SCHEDULE}.`,
    });
  }
  return known;
}

/**
 * The inputs of a workload's node (`WorkloadInputs`) as a template: placeholders of the Score document stand where they stood, what
 * Score does not expand is escaped. `set` are the variables that owners gave the service in the environment; they win over Score's.
 */
export function workloadTemplate(
  score: ScoreDocument,
  more: { version: string; artifact?: { digest: string; type: string; location: string }; variables: Readonly<Record<string, Json>> },
): JsonObject {
  const annotations = score.metadata.annotations ?? {};
  const ports = Object.fromEntries(
    Object.entries(score.service?.ports ?? {}).map(([name, p]) => [
      name,
      { port: p.port, targetPort: p.targetPort ?? p.port, protocol: p.protocol ?? 'TCP' },
    ]),
  );
  const usesArtifact = Object.values(score.containers).some((container) => container.image === '.');
  if (usesArtifact && more.artifact === undefined) {
    throw new PavedError('invalid', 'A container has the image ".", but there is no artifact to put in its place.', {
      fix: 'Push a commit so that a pipeline builds one, or name an image.',
    });
  }
  return {
    name: score.metadata.name,
    version: literal(more.version),
    class: workloadClassOf(score),
    ...(annotations[SCHEDULE] === undefined ? {} : { schedule: literal(annotations[SCHEDULE]) }),
    replicas: replicasOf(annotations[REPLICAS]),
    ...(more.artifact === undefined ? {} : { artifact: literal(more.artifact) }),
    containers: Object.fromEntries(
      Object.entries(score.containers).map(([name, container]) => [name, containerTemplate(container, more.variables)]),
    ),
    ports,
    routes: routesOf(score),
    ...(annotations[FOLDER] === undefined ? {} : { staticFolder: literal(annotations[FOLDER]) }),
  };
}

function containerTemplate(container: ScoreContainer, variables: Readonly<Record<string, Json>>): JsonObject {
  const { limits, requests } = container.resources ?? {};
  const own = Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, literal(value)]));
  const files = Object.entries(container.files ?? {}).map(([target, file]) => [
    target,
    {
      ...(file.content === undefined ? {} : { content: file.noExpand === true ? literal(file.content) : file.content }),
      ...(file.binaryContent === undefined ? {} : { binaryContent: file.binaryContent }),
      ...(file.mode === undefined ? {} : { mode: file.mode }),
    },
  ]);
  return {
    image: literal(container.image),
    ...(container.command === undefined ? {} : { command: literal(container.command) }),
    ...(container.args === undefined ? {} : { args: literal(container.args) }),
    variables: { ...container.variables, ...own },
    files: Object.fromEntries(files) as JsonObject,
    volumes: Object.fromEntries(Object.entries(container.volumes ?? {}).map(([target, volume]) => [target, { ...volume }])),
    ...(limits === undefined ? {} : { limits: amountsOf(limits) }),
    ...(requests === undefined ? {} : { requests: amountsOf(requests) }),
    ...(container.readinessProbe === undefined ? {} : { readinessProbe: literal(container.readinessProbe) }),
    ...(container.livenessProbe === undefined ? {} : { livenessProbe: literal(container.livenessProbe) }),
    ...(container.before === undefined ? {} : { before: literal(container.before) }),
  };
}

/** Every `route` the document asks for; host and path come from the route's own node, the port is one of the document's. */
function routesOf(score: ScoreDocument): Json[] {
  return Object.entries(score.resources ?? {})
    .filter(([, resource]) => resource.type === 'route')
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, resource]) => ({
      host: `\${resources.${name}.host}`,
      path: `\${resources.${name}.path}`,
      port: portNamed(score, resource.params?.['port'], `resources.${name}.params.port`),
    }));
}

/** The name of the service port that a number or name stands for. */
function portNamed(score: ScoreDocument, wanted: Json | undefined, where: string): string {
  const ports = Object.entries(score.service?.ports ?? {});
  const found = ports.find(([name, port]) => name === wanted || String(port.port) === String(wanted));
  if (found !== undefined) return found[0];
  const known = ports.map(([name, port]) => `${name} (${port.port})`).join(', ');
  throw new PavedError('invalid', `${where} is ${JSON.stringify(wanted ?? null)}, which is none of the service's ports.`, {
    fix: known === '' ? 'Add service.ports to the Score file.' : `Use ${known}.`,
  });
}

function replicasOf(text: string | undefined): number {
  const count = text === undefined ? 1 : Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= 100) return count;
  throw new PavedError('invalid', `metadata.annotations["${REPLICAS}"] is "${text}".`, {
    fix: 'Write a whole number from 1 to 100, in quotes.',
  });
}

const units: Record<string, number> = {
  K: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

function amountsOf({ memory, cpu }: ScoreAmounts): JsonObject {
  const [, amount, unit = ''] = /^([\d.]+)([A-Za-z]*)$/.exec(memory ?? '') ?? [];
  return {
    ...(amount === undefined ? {} : { memoryBytes: Math.round(Number(amount) * (units[unit] ?? 1)) }),
    ...(cpu === undefined ? {} : { cpuMillis: cpu.endsWith('m') ? Number(cpu.slice(0, -1)) : Math.round(Number(cpu) * 1000) }),
  };
}

/** A value in which every dollar sign stands for itself. */
function literal<T>(value: T): Json {
  if (typeof value === 'string') return value.replaceAll('$', '$$$$');
  if (Array.isArray(value)) return value.map(literal);
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, literal(inner)]));
  return value as Json;
}
