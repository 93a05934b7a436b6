import type { FormHint, PickerSource } from './schema-form.tsx';

/** What fields of a form find in its context. */
export interface FormContext {
  readonly pickers: PickerSource;
  readonly value: Record<string, unknown>;
  /** Sending was tried: every message is shown. */
  readonly tried: boolean;
  /** Ids of fields that were left once: theirs are shown. */
  readonly left: readonly string[];
  readonly hints: readonly FormHint[];
}

/** Whether the messages of a field are shown now. */
export function isShown(context: unknown, id: string): boolean {
  const { tried, left } = context as FormContext;
  return tried || left.includes(id);
}

/** What is known about the field at a path. */
export function hintAt(context: unknown, path: readonly (string | number)[]): FormHint | undefined {
  return (context as FormContext).hints.find(
    (hint) => hint.path.length === path.length && hint.path.every((key, i) => String(key) === String(path[i])),
  );
}
