import { canonicalJson } from '@paved/kernel';
import type { ScoreDocument } from './score/document.ts';

/** What a deployment ships, free of any environment: equal content has an equal id, and promotion ships it unchanged. */
export interface DeploymentSet {
  /** Canonical ref of the component. */
  readonly component: string;
  readonly version: string;
  /** Normalised; files read from the repository are inlined. */
  readonly score: ScoreDocument;
  readonly artifact?: { readonly digest: string; readonly type: 'archive' | 'image' };
}

/** `sha256:…` over the canonical JSON. */
export const setId = (set: DeploymentSet, sha256: (text: string) => string): string => `sha256:${sha256(canonicalJson(set))}`;

/** One difference between two values: where, before, after. */
export interface Change {
  readonly at: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** Differences between two JSON values by dotted path, in order of the paths. */
export function changesBetween(before: unknown, after: unknown, at = ''): Change[] {
  if (canonicalJson(before ?? null) === canonicalJson(after ?? null)) return [];
  if (!isRecord(before) || !isRecord(after)) return [{ at, before, after }];
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].toSorted();
  return keys.flatMap((key) => changesBetween(before[key], after[key], at === '' ? key : `${at}.${key}`));
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
