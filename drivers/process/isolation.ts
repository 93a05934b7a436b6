import { probeKind, type IsolationKind } from '@paved/driver-sandbox';
import { workloadUserRange } from './workload-user.ts';

/** How workloads are kept apart from the platform and each other: the kinds of the sandbox driver, without their limits. */
export interface WorkloadIsolation {
  readonly kind: IsolationKind;
  /** For `paved doctor`. */
  readonly sentence: string;
}

/** Finds out, by trying, what this machine lets us do for workloads. Takes some 30 ms. */
export function probeWorkloadIsolation(only?: IsolationKind): WorkloadIsolation {
  const possible = only ?? probeKind();
  const needsUsers = possible === 'root-namespaces' || possible === 'own-user';
  const kind = needsUsers && workloadUserRange() === undefined ? 'none' : possible;
  return { kind, sentence: sentences[kind] };
}

const sentences: Readonly<Record<IsolationKind, string>> = {
  'root-namespaces': 'Each workload runs as a user of its own and sees neither the data directory nor homes nor what other workloads have.',
  'user-namespaces':
    'Workloads run in user namespaces that hide the data directory, your home and what other workloads have; signals between them are possible.',
  'own-user': 'Each workload runs as a user of its own, kept out of the data directory by file permissions (no namespaces here).',
  none: 'Workloads run as the same user as the platform and could read its keys: neither users of their own nor user namespaces are available.',
};
