import { messageOf } from '@paved/kernel';
import type { DriverInput, WorkloadInputs } from '@paved/orchestrator';
import { parseCron } from './cron.ts';

/** Variables the driver itself sets. */
const reserved = new Set(['PAVED_INSTANCE', 'PAVED_FILES_ROOT']);

/** What the driver cannot make true, each a sentence. */
export function workloadProblems(input: DriverInput): string[] {
  const inputs = input.inputs as unknown as WorkloadInputs;
  const problems: string[] = [];
  const containers = Object.entries(inputs.containers ?? {});
  if (inputs.class !== 'static') {
    for (const [name, container] of containers) {
      if (container.image !== '.') {
        problems.push(
          `Container ${name} wants the image ${container.image}, but processes run artifacts only; use image "." or another driver.`,
        );
      }
      for (const variable of Object.keys(container.variables ?? {})) {
        if (reserved.has(variable)) problems.push(`Container ${name} sets ${variable}, which the platform sets; use another name.`);
        // Rights are dropped in a shell, which takes no other names along.
        if (!/^[A-Za-z_]\w*$/.test(variable))
          problems.push(`Container ${name} sets ${variable}, but the name of a variable here has only letters, digits and _.`);
      }
    }
  }
  if (inputs.artifact === undefined && containers.some(([, container]) => container.image === '.')) {
    problems.push(`${inputs.name} has the image "." but no artifact; run its pipeline first.`);
  }
  if (inputs.artifact?.type === 'image') problems.push(`${inputs.name} comes as an image, but processes run archives only.`);
  for (const [name, port] of Object.entries(inputs.ports ?? {})) {
    if (port.protocol === 'UDP') problems.push(`Port ${name} is UDP, which the process driver does not forward; use TCP.`);
  }
  for (const route of inputs.routes ?? []) {
    if (inputs.class !== 'static' && !(route.port in inputs.ports)) {
      problems.push(`The route ${route.host}${route.path} leads to port ${route.port}, which the service does not have.`);
    }
  }
  if (inputs.schedule !== undefined) {
    try {
      parseCron(inputs.schedule);
    } catch (error) {
      problems.push(messageOf(error));
    }
    if (inputs.class !== 'job') problems.push(`A schedule is for the class job, not ${inputs.class}.`);
  }
  return problems;
}
