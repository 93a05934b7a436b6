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
  /** Digest of a plan that a person has seen: the deployment fails when it would do something else. */
  readonly expectedPlan?: string;
}

/** `queued` waits behind a running deployment of the same component and environment; a newer one supersedes it. */
export type DeploymentStatus = 'queued' | 'planning' | 'applying' | 'succeeded' | 'failed' | 'cancelled' | 'superseded';

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
  /** What taking a component out of an environment would do. */
  planRemoval(component: string, environment: string, actor: Actor): Promise<Plan>;
  /** Takes it out; what keeps data is set aside, not destroyed. The same `idempotencyKey` again gives the same deployment. */
  remove(component: string, environment: string, actor: Actor, options?: { idempotencyKey?: string; runId?: string }): Promise<Deployment>;
  /** Resources that exist, those set aside (`orphaned`) included; `component` asks for what it made or uses. */
  resources(filter?: { component?: string; environment?: string; status?: ActiveResource['status'] }): Promise<ActiveResource[]>;
  /**
   * Starts the run that destroys what was set aside, with its data. `confirm` is the resource's id. `ownerRefs` are the owners of a component
   * that the catalog does not know any more.
   */
  destroyResource(uid: string, confirm: string, actor: Actor, ownerRefs?: readonly string[]): Promise<{ id: string }>;
}

/** A resource that exists: what it is, who asked for it, who uses it. */
export interface ActiveResource {
  readonly uid: string;
  readonly key: string;
  readonly type: string;
  readonly class: string;
  readonly id: string;
  readonly component: string;
  readonly environment: string;
  readonly status: 'provisioning' | 'active' | 'failed' | 'orphaned' | 'deprovisioning' | 'deleted';
  /** Keeps data: no deployment destroys it. */
  readonly stateful: boolean;
  readonly consumers: readonly string[];
  /** Size of its data when its driver told it last. */
  readonly bytes?: number;
  readonly createdAt: string;
  readonly updatedAt: string;
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

/** A reference to a sealed value where a clear one could stand; drivers call `call.reveal` just before use. */
export interface SecretValue {
  readonly secretRef: SecretRef;
}

/** Text for a workload: clear, secret, or both mixed (`parts` are joined in order just before use). */
export type WorkloadValue = string | SecretValue | { readonly parts: readonly (string | SecretValue)[] };

export const workloadClasses = ['default', 'worker', 'job', 'static'] as const;
/**
 * `default`: long-running, answers on ports. `worker`: long-running without routes. `job`: runs to its end, once per deployment or, with
 * `schedule`, at each tick. `static`: files served by the ingress, no process.
 * Chosen in Score by `metadata.annotations["paved.dev/workload-class"]`; `paved.dev/schedule` holds a job's cron expression (UTC, five fields),
 * `paved.dev/replicas` the number of instances, `paved.dev/static-folder` the folder to serve.
 */
export type WorkloadClass = (typeof workloadClasses)[number];

export interface WorkloadProbe {
  /** `port` is a Score target port (see `WorkloadInputs.ports`): the driver asks the real port allocated for it. Healthy is 2xx or 3xx. */
  readonly httpGet?: {
    readonly port: number;
    readonly path: string;
    readonly scheme?: 'HTTP' | 'HTTPS';
    readonly host?: string;
    readonly httpHeaders?: readonly { readonly name: string; readonly value: string }[];
  };
  /** Healthy is exit code 0. */
  readonly exec?: { readonly command: readonly string[] };
}

export interface WorkloadContainer {
  /** `.` means "the artifact of this deployment"; anything else is an OCI reference, which the driver `process` refuses in `validate`. */
  readonly image: string;
  /**
   * Program and arguments, no shell. `node` as the program means the platform's own Node. Without `command` the driver reads the artifact's
   * package.json: `scripts.start` when it is a plain `node …` line (run without npm), else `node <main>` (`index.js` by default).
   */
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  /** The driver adds `PORT` (the first port by name order) and `PORT_<NAME>` (upper case, `-` as `_`); it must not override what is set here. */
  readonly variables: Readonly<Record<string, WorkloadValue>>;
  /** By target path. An absolute target is placed below a folder of the instance, whose path is in `PAVED_FILES_ROOT`; a relative one in the working folder. */
  readonly files: Readonly<Record<string, { readonly content?: WorkloadValue; readonly binaryContent?: string; readonly mode?: string }>>;
  /** By target path, placed like files; `source` is an absolute folder on this host. */
  readonly volumes: Readonly<Record<string, { readonly source: string; readonly path?: string; readonly readOnly?: boolean }>>;
  readonly limits?: { readonly memoryBytes?: number; readonly cpuMillis?: number };
  readonly requests?: { readonly memoryBytes?: number; readonly cpuMillis?: number };
  readonly readinessProbe?: WorkloadProbe;
  readonly livenessProbe?: WorkloadProbe;
  /** Containers that must wait for this one, by name. */
  readonly before?: Readonly<Record<string, { readonly ready: 'started' | 'healthy' | 'complete' }>>;
}

/**
 * `DriverInput.inputs` of a node of type `workload`. The driver answers after the new version is ready (readiness probe, else the port accepts,
 * else it lived for 2 s; a job without schedule: exit code 0) and takes traffic; a version that does not get there makes `apply` throw and leaves
 * the old one serving. Equal inputs again change nothing.
 */
export interface WorkloadInputs {
  /** `metadata.name` of the Score document. */
  readonly name: string;
  readonly version: string;
  readonly class: WorkloadClass;
  /** Cron expression (UTC) of a job. */
  readonly schedule?: string;
  /** Instances wanted, at least 1. */
  readonly replicas: number;
  /** A .tar.gz of the built folder; absent only when no container has the image `.`. */
  readonly artifact?: { readonly digest: string; readonly type: 'archive' | 'image'; readonly location: string };
  readonly containers: Readonly<Record<string, WorkloadContainer>>;
  /** Score's service ports: what others address (`port`) and what the container believes to listen on (`targetPort`). The driver allocates the real one. */
  readonly ports: Readonly<Record<string, { readonly port: number; readonly targetPort: number; readonly protocol: 'TCP' | 'UDP' }>>;
  /** What the ingress sends here: longest path prefix wins; `port` is a name from `ports`. They switch to the new version together with it. */
  readonly routes: readonly { readonly host: string; readonly path: string; readonly port: string }[];
  /** Folder inside the artifact that a `static` workload serves; default: the first of `dist`, `build`, `public` that exists, else all. */
  readonly staticFolder?: string;
}

/** `DriverResult.outputs` of a workload. */
export interface WorkloadOutputs {
  /** Where its first route answers, for people. */
  readonly url?: string;
  /** An address per port that stays the same over versions and restarts (the ingress listens there and forwards): what other services connect to. */
  readonly ports?: Readonly<Record<string, { readonly host: string; readonly port: number }>>;
}

/** `Observation.facts` of a workload. */
export interface WorkloadFacts {
  readonly instances: { readonly ready: number; readonly wanted: number };
  /** Unwanted restarts since the version was deployed. */
  readonly restarts: number;
  readonly lastExit?: { readonly code?: number; readonly signal?: string; readonly at: string };
}

/*
 * The other types whose inputs the built-in definitions fix:
 *
 * type      driver     inputs                                     outputs
 * dns       process    { host: "checkout.dev.localhost" }         { host, url: "http://checkout.dev.localhost:<ingress port>" }
 * route     process    { host, path, port: number | string }      { host, path, url }   (traffic follows `WorkloadInputs.routes`)
 * postgres  postgres   { name: "checkout_dev_db", … }             { host, port, name, database, username }, secretOutputs { password }
 *
 * `name` of a database is a suggestion for people; the driver makes it unique with the uid. `volume`, `environment`, `service`, `service-port`
 * are answered by the orchestrator itself.
 */

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
  /**
   * Stored in `secrets` by the orchestrator at once; only references go further. One that is left out on a later apply keeps its stored value:
   * a driver that made a password once does not know it any more.
   */
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
  /** The driver's own folder (created, mode 0700): `<data>/orchestrator/<driver>`. */
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
  /**
   * As `DriverCall.reveal`, outside a call: a workload that died, or was stopped with the server, is started again with its secrets, which were
   * never on disk. `uid` is the resource it is revealed for. Needed from `adopt` on.
   */
  reveal(ref: SecretRef, uid: string): Promise<string>;
}

export type DriverFactory = (context: DriverContext) => Driver | Promise<Driver>;
