import type { IsolationKind } from '@paved/driver-sandbox';
import { probeWorkloadIsolation } from './isolation.ts';
import { openWorkloadUsers, type WorkloadUsers } from './workload-user.ts';

/** How all workloads of a data directory are kept apart. */
export interface Guards {
  readonly kind: () => IsolationKind;
  readonly users: WorkloadUsers;
  readonly hidden: readonly string[];
}

export interface GuardOptions {
  /** Folders no workload may see, above all the platform's data directory. */
  readonly hidden?: readonly string[];
  /** Use a weaker isolation than this machine offers (tests of each kind). */
  readonly isolation?: IsolationKind;
}

export function createGuards(dataDir: string, options: GuardOptions): Guards {
  // Both are found out when a workload first starts: a server that only adopts need not.
  let kind: IsolationKind | undefined;
  let users: WorkloadUsers | undefined;
  const opened = (): WorkloadUsers => (users ??= openWorkloadUsers(dataDir));
  return {
    kind: () => (kind ??= probeWorkloadIsolation(options.isolation).kind),
    users: {
      claim: (folder, had) => opened().claim(folder, had),
      holderOf: (uid) => opened().holderOf(uid),
      release: (user) => opened().release(user),
    },
    hidden: [...new Set([dataDir, ...(options.hidden ?? [])])],
  };
}
