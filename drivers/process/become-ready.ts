import { setTimeout as sleep } from 'node:timers/promises';
import { PavedError } from '@paved/kernel';
import type { Instance } from './instance.ts';
import type { WorkloadLog } from './workload-log.ts';

/** Ends while starting after which a new version is given up before its time is over. */
const CRASHES = 3;

interface Awaited {
  /** The workload, for people. */
  readonly name: string;
  readonly instances: readonly Instance[];
  /** Longest time to wait. */
  readonly readyMs: number;
  readonly signal: AbortSignal;
  readonly log: Pick<WorkloadLog, 'lastLines'>;
  stopping(): boolean;
  /** Whether the version before takes the traffic meanwhile. */
  served(): boolean;
}

/** Until every instance is ready; throws with the reason and the last lines. */
export async function becomeReady(awaited: Awaited): Promise<void> {
  const { instances, readyMs, signal } = awaited;
  const until = Date.now() + readyMs;
  for (;;) {
    if (instances.every((instance) => instance.state() === 'ready' || instance.state() === 'done')) return;
    signal.throwIfAborted();
    if (awaited.stopping()) throw new PavedError('cancelled', 'The server stops.', { fix: 'The deployment goes on when it is back.' });
    const broken = instances.find((instance) => instance.crashes() >= CRASHES);
    if (broken !== undefined || Date.now() > until) throw unhealthy(awaited, broken);
    await sleep(25);
  }
}

function unhealthy({ name, instances, readyMs, log, served }: Awaited, broken: Instance | undefined): PavedError {
  const culprit = broken ?? instances.find((instance) => instance.state() !== 'ready');
  const why = culprit?.reason() ?? 'it gave no sign of being ready';
  const within = broken === undefined ? ` within ${Math.round(readyMs / 1000)} s` : '';
  return new PavedError('unavailable', `${name} did not become healthy${within}: ${why}${log.lastLines(culprit?.id)}`, {
    fix: served()
      ? 'The version before is still serving. Correct this one and deploy again.'
      : 'Read its log, correct it and deploy again.',
  });
}
