/** A value that survives JSON. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

export interface EntityLink {
  url: string;
  title?: string;
  icon?: string;
  type?: string;
}

/** Backstage's metadata; unknown keys are kept. */
export interface EntityMetadata {
  uid?: string;
  etag?: string;
  name: string;
  namespace?: string;
  title?: string;
  description?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  tags?: string[];
  links?: EntityLink[];
  [key: string]: Json | EntityLink[] | undefined;
}

/** One directed edge to another entity; the other end carries the opposite type. */
export interface EntityRelation {
  type: string;
  targetRef: string;
}

/** Backstage's entity envelope (catalog-model 1.10). Everything that exists is one of these. */
export interface Entity {
  apiVersion: string;
  kind: string;
  metadata: EntityMetadata;
  spec?: JsonObject;
  relations?: EntityRelation[];
  status?: {
    items?: { type: string; level: 'info' | 'warning' | 'error'; message: string }[];
    /** Computed properties by name; null when there is no value. */
    computed?: JsonObject;
  };
}

/** The apiVersion of Paved's own kinds (Environment, ResourceType, ResourceDefinition, Pipeline …). */
export const PAVED_API_VERSION = 'paved.dev/v1alpha1';
