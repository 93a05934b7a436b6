import type { ColumnType, Generated, JSONColumnType } from 'kysely';
import type { Actor, Health, JsonObject } from '@paved/kernel';
import type { Deployment, DeploymentStatus, Plan } from '../index.ts';
import type { DeploymentSet } from '../model/deployment-set.ts';
import type { InstantFacts } from '../model/instant.ts';
import type { Definition } from '../model/matching.ts';
import type { ResourceStatus } from '../model/plan.ts';
import type { Outputs } from '../model/resolve.ts';

/** What somebody asked for; kept until the run has read it. */
export interface StoredRequest {
  readonly score?: string;
  readonly artifact?: { readonly digest: string; readonly type: 'archive' | 'image'; readonly location: string };
  readonly expectedPlan?: string;
  /** The deployment whose set, definitions and values are used again (rollback, promotion). */
  readonly source?: string;
  /** What was waiting when this one took its place. */
  readonly from?: string;
}

type Json<T> = ColumnType<T, string, string>;
type MaybeJson<T> = ColumnType<T | null, string | null | undefined, string | null>;

export type Tables = {
  deployment_set: {
    id: string;
    component: string;
    body: JSONColumnType<DeploymentSet>;
    artifact_location: string | null;
    created_at: Date;
  };
  deployment: {
    id: string;
    seq: Generated<string>;
    component: string;
    environment: string;
    version: string;
    commit: string | null;
    mode: Deployment['mode'];
    status: DeploymentStatus;
    run_id: string;
    set_id: string | null;
    plan_digest: string | null;
    request: Json<StoredRequest>;
    plan: MaybeJson<Plan>;
    lock: MaybeJson<Readonly<Record<string, Definition>>>;
    variables: MaybeJson<JsonObject>;
    facts: MaybeJson<InstantFacts>;
    actor: Json<Actor>;
    error: string | null;
    idempotency_key: string | null;
    created_at: Date;
    ended_at: Date | null;
  };
  resource: {
    uid: string;
    component: string;
    environment: string;
    key: string;
    type: string;
    class: string;
    id: string;
    definition: string;
    driver: string;
    stateful: boolean;
    status: ResourceStatus;
    consumers: string[];
    kept_for: Generated<string[]>;
    depends_on: string[];
    input_digest: string | null;
    inputs: MaybeJson<JsonObject>;
    state: MaybeJson<JsonObject>;
    outputs: MaybeJson<Outputs>;
    deployment_id: string | null;
    holder: string | null;
    health: Health | null;
    reason: string | null;
    facts: MaybeJson<JsonObject>;
    error: string | null;
    created_at: Date;
    updated_at: Date;
  };
};
