import { createCage, endProcessesOf, type Cage, type InstanceFolders } from './cage.ts';
import type { Guards } from './guards.ts';
import type { WorkloadRecord } from './record.ts';

/** How one workload is kept apart; its user is written into its record. */
interface WorkloadGuard {
  /** What is put around the processes of an instance. */
  cage(folders: InstanceFolders): Cage;
  /** Ends what got away from its process group: it must not outlive the workload. */
  endStragglers(): void;
  /** The workload is gone: its user is nobody's. */
  release(): void;
}

export function createWorkloadGuard(deps: { guards: Guards; record: WorkloadRecord; folder: string; save: () => void }): WorkloadGuard {
  const { record, folder } = deps;
  const { hidden, users } = deps.guards;
  return {
    cage(folders) {
      const kind = deps.guards.kind();
      if (kind !== 'root-namespaces' && kind !== 'own-user') return createCage({ kind, hidden, users, folders });
      // Claimed again before each use: a restart of the machine forgets claims, and somebody else may have the number now.
      const user = users.claim(folder, record.user);
      if (user.uid !== record.user?.uid) {
        record.user = user;
        deps.save();
      }
      return createCage({ kind, hidden, users, folders, user });
    },
    endStragglers() {
      if (record.user !== undefined && users.holderOf(record.user.uid) === folder) endProcessesOf(record.user);
    },
    release() {
      if (record.user !== undefined && users.holderOf(record.user.uid) === folder) users.release(record.user);
    },
  };
}
