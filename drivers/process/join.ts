import { randomBytes } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { takeOwnerLock, type OwnerLock } from '@paved/host';
import { PavedError } from '@paved/kernel';
import type { DriverInput } from '@paved/orchestrator';
import { openControl, type Control } from './control.ts';
import { connectRemote, SupervisorGone, type Remote } from './remote.ts';
import { startEngine, type Engine, type EngineOptions, type Supervisor } from './engine.ts';

interface JoinOptions extends EngineOptions {
  readonly onStop: 'stop' | 'leave';
}

/** The supervisor as one server sees it, whoever it is at the moment. */
interface Membership extends Supervisor {
  leave(): Promise<void>;
}

/** A dead supervisor is noticed by its closed connection at once; this is for one that just came or goes. */
const RETRY_MS = 200;
/** Longest time without any supervisor (a predecessor that stops in order may take a while). */
const PATIENCE_MS = 30_000;

/**
 * Of all servers on one data directory the first supervises; the others send it what they want done, and one of them takes over when it is
 * gone. What runs is written in the data directory, so that the new one adopts it.
 */
export async function joinSupervisor(options: JoinOptions): Promise<Membership> {
  const { context } = options;
  const lockFile = path.join(context.dataDir, 'supervisor.lock');
  const controlFile = path.join(context.dataDir, 'control.json');
  let lead: { engine: Engine; control: Control; lock: OwnerLock } | undefined;
  let remote: Remote | undefined;
  let resumed: readonly DriverInput[] | undefined;
  let leaving = false;
  let joining: Promise<void> | undefined;

  const tryLead = async (): Promise<boolean> => {
    const taken = takeOwnerLock(lockFile);
    if ('heldBy' in taken) return false;
    try {
      const engine = await startEngine(options);
      const token = randomBytes(24).toString('base64url');
      const control = await openControl(engine, token);
      writeFileSync(controlFile, JSON.stringify({ port: control.port, token }), { mode: 0o600 });
      lead = { engine, control, lock: taken.lock };
      if (resumed !== undefined) await engine.resume(resumed);
      return true;
    } catch (error) {
      taken.lock.release();
      throw error;
    }
  };
  const tryFollow = async (): Promise<boolean> => {
    try {
      const { port, token } = JSON.parse(readFileSync(controlFile, 'utf8')) as { port: number; token: string };
      const connected = await connectRemote({ port, token, ingressPort: context.config.ingressPort });
      connected.closed.then(
        () => {
          if (remote === connected) remote = undefined;
          if (!leaving) rejoin();
        },
        () => {},
      );
      remote = connected;
      if (resumed !== undefined) await connected.resume(resumed);
      return true;
    } catch {
      return false;
    }
  };
  const join = async (): Promise<void> => {
    const until = Date.now() + PATIENCE_MS;
    while (!leaving && lead === undefined && remote === undefined) {
      if ((await tryLead()) || (await tryFollow())) return;
      if (Date.now() > until)
        throw new PavedError('unavailable', 'The server that supervises this data directory does not answer.', {
          fix: 'Stop it, then start this one again.',
        });
      await sleep(RETRY_MS);
    }
  };
  const rejoin = (): void => {
    joining ??= join()
      .catch((error: unknown) => context.log.error({ err: error }, 'Supervision of workloads could not be taken over; trying again.'))
      .finally(() => {
        joining = undefined;
        if (!leaving && lead === undefined && remote === undefined) setTimeout(rejoin, 1_000).unref();
      });
  };
  await join();

  /** Sends it to the supervisor; when that one dies under way, to the next (everything asked for is idempotent). */
  const ask = async <T>(work: (supervisor: Supervisor) => Promise<T>): Promise<T> => {
    for (;;) {
      const supervisor = lead?.engine ?? remote;
      if (supervisor === undefined) {
        if (leaving) throw new PavedError('cancelled', 'The server stops.');
        await (joining ?? sleep(50));
        continue;
      }
      try {
        return await work(supervisor);
      } catch (error) {
        if (!(error instanceof SupervisorGone)) throw error;
      }
    }
  };
  return {
    ingressPort: () => lead?.engine.ingressPort() ?? remote?.ingressPort() ?? context.config.ingressPort,
    apply: (input, call) => ask((supervisor) => supervisor.apply(input, call)),
    observe: (input) => ask((supervisor) => supervisor.observe(input)),
    destroy: (input) => ask((supervisor) => supervisor.destroy(input)),
    logs: (input, query) => ask((supervisor) => supervisor.logs(input, query)),
    async resume(inputs) {
      resumed = inputs;
      await ask((supervisor) => supervisor.resume(inputs));
    },
    async leave() {
      leaving = true;
      await joining;
      remote?.close();
      if (lead === undefined) return;
      // Another server is there to go on: it finds everything running.
      const how = lead.control.followers() > 0 ? 'leave' : options.onStop;
      await lead.control.close();
      await lead.engine.close(how);
      rmSync(controlFile, { force: true });
      lead.lock.release();
      lead = undefined;
    },
  };
}
