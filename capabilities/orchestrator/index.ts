import { serviceRef, type Actor, type Health, type Json, type JsonObject } from '@paved/kernel';
import type { Logger } from '@paved/host';
import type { SecretRef } from '@paved/secrets';

/** An output of a resource: clear, or a reference to a secret. */
export type Output = Json | { readonly secretRef: SecretRef };

export const isSecretOutput = (output: Output): output is { secretRef: SecretRef } =>
  typeof output === 'object' && output !== null && !Array.isArray(output) && 'secretRef' in output;

/** What a deployment ships, produced by a pipeline or brought from outside. */
export interface Artifact {
  /** `sha256:…` of the packed files; equal content has an equal digest. */
  readonly digest: string;
  /** `archive` (a folder packed as .tar.gz in the platform's artifact store) or `image` (OCI reference). */
  readonly type: 'archive' | 'image';
  /** Absolute path of the archive on this host, or the image reference. */
  readonly location: string;
  readonly version: string;
}

export interface DeployRequest {
  /** Canonical ref of the component. */
  readonly component: string;
  /** Name of the Environment entity, for example `dev`. */
  readonly environment: string;
  /** The Score document's text. Default: `score.yaml` at `commit` of the component's repository. */
  readonly score?: string;
  readonly artifact?: Artifact;
  readonly commit?: string;
  readonly version?: string;
  readonly idempotencyKey?: string;
}

export type DeploymentStatus = 'planning' | 'applying' | 'succeeded' | 'failed' | 'cancelled' | 'superseded';

export interface Deployment {
  readonly id: string;
  readonly component: string;
  readonly environment: string;
  readonly version: string;
  readonly commit?: string;
  readonly mode: 'deploy' | 'rollback' | 'promote' | 'destroy';
  readonly status: DeploymentStatus;
  readonly runId: string;
  readonly setId: string;
  readonly planDigest: string;
  readonly actor: { readonly ref: string; readonly displayName: string };
  readonly startedAt: string;
  readonly endedAt?: string;
  readonly error?: string;
}

/** What runs now of a component in an environment. */
export interface WorkloadState {
  readonly component: string;
  readonly environment: string;
  readonly health: Health;
  /** One sentence when not healthy: "Restarted 3 times in 2 minutes; exit code 1." */
  readonly reason?: string;
  readonly version?: string;
  readonly commit?: string;
  readonly url?: string;
  readonly instances?: { readonly ready: number; readonly wanted: number };
  readonly restarts?: number;
  readonly deployedAt?: string;
  readonly deploymentId?: string;
}

/** Knows how things run: Score + environment → resource graph → plan → drivers. */
export interface Orchestrator {
  /** Starts the run that plans and applies; gives the deployment. Queues behind a running one of the same component and environment. */
  deploy(request: DeployRequest, actor: Actor, cause?: { runId?: string }): Promise<Deployment>;
  /** The same plan with the writes switched off. */
  plan(request: DeployRequest, actor: Actor): Promise<Plan>;
  rollback(component: string, environment: string, actor: Actor): Promise<Deployment>;
  promote(component: string, from: string, to: string, actor: Actor): Promise<Deployment>;
  deployment(id: string): Promise<Deployment | undefined>;
  /** Resolves when the deployment has ended (succeeded, failed, cancelled, superseded). */
  settled(id: string, timeoutMs?: number): Promise<Deployment>;
  workloads(component?: string): Promise<WorkloadState[]>;
}

export const orchestrator = serviceRef<Orchestrator>('orchestrator');

/** Outbox event; subject is the component ref, `data` is the WorkloadState. */
export const WORKLOAD_CHANGED = 'orchestrator.workload.changed';
/** Outbox event; subject is the component ref, `data` is the Deployment. */
export const DEPLOYMENT_CHANGED = 'orchestrator.deployment.changed';
/** Announced: subject is the component ref, `data` is `{ environment, instance, lines: [{ n, at, stream, text }] }`. */
export const WORKLOAD_LOGGED = 'orchestrator.workload.logged';

export type NodeAction = 'create' | 'update' | 'replace' | 'delete' | 'orphan' | 'restore' | 'none';

export interface PlannedNode {
  /** `(type.class#id)`, for example `postgres.default#workloads.checkout.db`. */
  readonly key: string;
  readonly uid: string;
  readonly type: string;
  readonly class: string;
  readonly id: string;
  readonly action: NodeAction;
  readonly reasons: readonly string[];
  readonly definition: string;
  readonly driver: string;
  readonly dependsOn: readonly string[];
  /** Inputs after placeholders; `{ unknown: true }` where known only after apply. Secrets as references. */
  readonly inputs: JsonObject;
  /** Inputs of the last successful apply. */
  readonly before?: JsonObject;
  /** Every candidate definition with why it matched or not. */
  readonly explain: readonly { readonly definition: string; readonly result: string }[];
}

export interface Plan {
  readonly component: string;
  readonly environment: string;
  readonly version: string;
  readonly nodes: readonly PlannedNode[];
  readonly digest: string;
  readonly summary: Readonly<Record<NodeAction, number>>;
}

// ── the driver port ──────────────────────────────────────────────────────────────────────────────────────────────────

/** One node, resolved: what a driver is asked to make true. */
export interface DriverInput {
  readonly uid: string;
  readonly type: string;
  readonly class: string;
  readonly id: string;
  readonly component: string;
  readonly environment: string;
  /** Inputs of the definition and params of the request, placeholders resolved. Secrets as `{ secretRef }`. */
  readonly inputs: JsonObject;
}

export interface DriverResult {
  /** Kept by the orchestrator and given back on the next call; no clear secrets. */
  readonly state: JsonObject;
  readonly outputs: Readonly<Record<string, Json>>;
  /** Stored in `secrets` by the orchestrator at once; only references go further. */
  readonly secretOutputs?: Readonly<Record<string, string>>;
}

export interface DriverCall {
  /** Equal for equal attempts of the same node: the effect happens once. */
  readonly idempotencyKey: string;
  readonly signal: AbortSignal;
  log(text: string): void;
  /** Resolves a secret reference just before use; audited. */
  reveal(ref: SecretRef): Promise<string>;
}

export interface Observation {
  readonly health: Health;
  readonly reason?: string;
  readonly facts?: JsonObject;
}

/** How one kind of thing is really made. Every method is idempotent. */
export interface Driver {
  readonly name: string;
  /** Problems of the inputs, each a sentence. */
  validate(input: DriverInput): readonly string[];
  apply(input: DriverInput, state: JsonObject | undefined, call: DriverCall): Promise<DriverResult>;
  observe(input: DriverInput, state: JsonObject): Promise<Observation>;
  destroy(input: DriverInput, state: JsonObject, call: DriverCall): Promise<void>;
  /** Called once at start with the state of every active resource, before requests are served: adopt what still runs. */
  adopt?(resources: readonly { input: DriverInput; state: JsonObject }[]): Promise<void>;
  /** Log lines kept for a workload, newest last, and live ones through `onLines` of the driver's context. */
  logs?(input: DriverInput, state: JsonObject, query: { tail: number; instance?: string }): Promise<LogLine[]>;
  /** Leaves running what should survive a restart of the server; releases watchers. */
  stop?(): Promise<void>;
}

export interface LogLine {
  readonly n: number;
  readonly at: string;
  readonly stream: 'stdout' | 'stderr' | 'platform';
  readonly text: string;
  readonly instance: string;
}

/** What a driver gets from the orchestrator when it is made. */
export interface DriverContext {
  readonly dataDir: string;
  readonly log: Logger;
  readonly now: () => Date;
  readonly config: { readonly ingressPort: number; readonly servicesDatabaseUrl?: string; readonly host: string };
  /** Health, restarts or instances of a resource changed: the orchestrator observes it and tells the portal. */
  changed(uid: string): void;
  /** New log lines of a workload, for live followers. */
  lines(uid: string, lines: readonly LogLine[]): void;
  /** Where the portal is reached. */
  baseUrl(): string;
}

export type DriverFactory = (context: DriverContext) => Driver | Promise<Driver>;
