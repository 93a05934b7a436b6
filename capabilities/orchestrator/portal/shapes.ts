import type { Health } from '@paved/kernel';
import type { Deployment, NodeAction, Plan } from '@paved/orchestrator';
import { capital, typeWords, type ChangeMark } from '@paved/ui';

export interface EnvironmentSummary {
  readonly name: string;
  readonly title: string;
  readonly description?: string;
  readonly type: string;
  readonly order: number;
  readonly promotesFrom?: string;
  readonly protected: boolean;
  readonly counts: Readonly<Partial<Record<Health, number>>>;
}

export interface Cell {
  readonly health?: Health;
  readonly reason?: string;
  readonly version?: string;
  readonly commit?: string;
  readonly deploymentId?: string;
  readonly deployedAt?: string;
  readonly url?: string;
  readonly instances?: { readonly ready: number; readonly wanted: number };
  readonly restarts?: number;
  /** Versions the environment before has shipped since. */
  readonly ahead: number;
  readonly same: boolean;
  /** Whether another version ran here before; then one can go back. */
  readonly earlier?: boolean;
  readonly latest?: {
    readonly id: string;
    readonly status: string;
    readonly version: string;
    readonly mode: string;
    readonly error?: string;
  };
}

export interface BoardAnswer {
  readonly environments: readonly EnvironmentSummary[];
  readonly services: readonly {
    readonly component: string;
    readonly title: string;
    readonly owner?: string;
    readonly system?: string;
    readonly cells: Readonly<Record<string, Cell>>;
  }[];
}

export type DeploymentDetails = Omit<Deployment, 'status'> & {
  readonly status: Deployment['status'] | 'queued';
  readonly plan?: Plan;
  readonly source?: string;
};
export type ListedDeployment = DeploymentDetails;

export interface Resource {
  readonly uid: string;
  readonly key: string;
  readonly type: string;
  readonly class: string;
  readonly id: string;
  readonly environment: string;
  readonly definition: string;
  readonly driver: string;
  readonly status: string;
  readonly stateful: boolean;
  readonly consumers: readonly string[];
  readonly health?: Health;
  readonly reason?: string;
  readonly error?: string;
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly createdAt: string;
}

export const LIVE = ['orchestrator.workload.changed', 'orchestrator.deployment.changed'];

/** How a plan's action is drawn. */
export const markOf: Record<NodeAction, ChangeMark | undefined> = {
  create: 'add',
  restore: 'add',
  update: 'change',
  replace: 'change',
  delete: 'remove',
  orphan: 'remove',
  none: undefined,
};
export const actionWords: Record<NodeAction, string> = {
  create: 'made',
  restore: 'taken back',
  update: 'updated in place',
  replace: 'replaced',
  delete: 'removed',
  orphan: 'set aside with its data',
  none: 'stays',
};

const modeWords: Record<string, string> = { deploy: 'Deploy', rollback: 'Roll back', promote: 'Promote', destroy: 'Remove' };
/** "Deploy checkout to dev". */
export const deploymentTitle = (mode: string, name: string, environment: string): string =>
  mode === 'rollback'
    ? `Roll back ${name} in ${environment}`
    : mode === 'destroy'
      ? `Remove ${name} from ${environment}`
      : `${modeWords[mode] ?? capital(mode)} ${name} to ${environment}`;

/** Versions without "v", long commit hashes shortened. */
export const versionWords = (version: string | undefined): string =>
  version === undefined || version === '' ? '–' : /^[0-9a-f]{40}$/.test(version) ? version.slice(0, 7) : version.replace(/^v(?=\d)/, '');

/** What a node is called for people: the last part of its id. */
export const nodeName = (id: string): string =>
  id
    .split('.')
    .filter((part) => part !== 'workloads')
    .at(-1) ?? id;

/** "PostgreSQL db", or just "Route" where the name says no more than the type. */
export const nodeWords = (node: { readonly type: string; readonly id: string }): string => {
  const name = nodeName(node.id);
  return name === node.type ? typeWords(node.type) : `${typeWords(node.type)} ${name}`;
};
