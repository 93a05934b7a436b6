import { serviceRef, type JsonObject } from '@paved/kernel';
import type { Database } from '@paved/host';

/** A CDEvents 0.5 event as a fact: `type` is for example `dev.cdevents.service.deployed.0.3.0`. */
export interface Fact {
  /** CDEvents `context.id`; appending the same id again changes nothing. */
  readonly id: string;
  readonly type: string;
  /** CDEvents `subject.id`. */
  readonly subjectId: string;
  /** CDEvents `subject.content`. */
  readonly content: JsonObject;
  /** Joins facts to the catalog and to each other. */
  readonly entityRef?: string;
  readonly environment?: string;
  readonly commit?: string;
  readonly runId?: string;
  readonly at: string;
}

/** The append-only record of what was delivered; every delivery metric is computed from it. */
export interface Facts {
  append(facts: readonly Fact[], tx?: Database): Promise<void>;
  query(query: {
    types?: readonly string[];
    entityRef?: string;
    environment?: string;
    commit?: string;
    since?: string;
    limit?: number;
  }): Promise<Fact[]>;
}

export const facts = serviceRef<Facts>('delivery');

export { cdEventType, type CdEventName } from './model/cdevents.ts';
