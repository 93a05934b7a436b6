import type { PickerSource } from './schema-form.tsx';

/** What fields of a form find in its context. */
export interface FormContext {
  readonly pickers: PickerSource;
  readonly value: Record<string, unknown>;
  /** Sending was tried: every message is shown. */
  readonly tried: boolean;
  /** Ids of fields that were left once: theirs are shown. */
  readonly left: readonly string[];
}

/** Whether the messages of a field are shown now. */
export function isShown(context: unknown, id: string): boolean {
  const { tried, left } = context as FormContext;
  return tried || left.includes(id);
}
