import type { Json, Problem } from '@paved/kernel';
import { pointerPart } from './field-rules.ts';

const placeholderKinds = ['$text', '$json', '$yaml'] as const;
type PlaceholderKind = (typeof placeholderKinds)[number];

/** A place in a document that another file fills. */
export interface Placeholder {
  readonly kind: PlaceholderKind;
  readonly target: string;
  /** JSON pointer of the object that is replaced. */
  readonly at: string;
}

const isObject = (value: unknown): value is Record<string, unknown> => value !== null && typeof value === 'object' && !Array.isArray(value);

function read(value: unknown): { kind: PlaceholderKind; target: unknown } | undefined {
  if (!isObject(value)) return undefined;
  const keys = Object.keys(value);
  const kind = placeholderKinds.find((k) => k === keys[0]);
  return keys.length === 1 && kind !== undefined ? { kind, target: value[kind] } : undefined;
}

/** All placeholders of a document: objects with exactly one key, `$text`, `$json` or `$yaml`. Other `$` keys are data. */
export function placeholdersOf(document: unknown): Placeholder[] {
  const found: Placeholder[] = [];
  const visit = (value: unknown, at: string): void => {
    const placeholder = read(value);
    if (placeholder !== undefined) {
      if (typeof placeholder.target === 'string') found.push({ kind: placeholder.kind, target: placeholder.target, at });
      return;
    }
    if (Array.isArray(value)) value.forEach((item, i) => visit(item, `${at}/${i}`));
    else if (isObject(value)) for (const [key, child] of Object.entries(value)) visit(child, `${at}/${pointerPart(key)}`);
  };
  visit(document, '');
  return found;
}

/** The document with placeholders filled; those without a value stay. */
export function fillPlaceholders(document: Record<string, unknown>, values: ReadonlyMap<string, Json>): Record<string, unknown> {
  const fill = (value: unknown, at: string): unknown => {
    if (read(value) !== undefined && values.has(at)) return values.get(at);
    if (Array.isArray(value)) return value.map((item, i) => fill(item, `${at}/${i}`));
    if (isObject(value))
      return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, fill(child, `${at}/${pointerPart(key)}`)]));
    return value;
  };
  return fill(document, '') as Record<string, unknown>;
}

/** Why a placeholder could not be filled. */
export const unreadable = (placeholder: Placeholder, reason: string): Problem => ({
  at: placeholder.at,
  message: `${placeholder.kind} points to "${placeholder.target.length > 100 ? `${placeholder.target.slice(0, 97)}…` : placeholder.target}", which cannot be used: ${reason}.`,
  fix: 'Point it to a file of the same repository, relative to this one.',
});
