/** Half-filled forms stay in this browser until they are sent or thrown away. */
const key = (ref: string) => `paved.draft.${ref}`;

export interface Draft {
  readonly values: Record<string, unknown>;
  readonly page: number;
  readonly savedAt: string;
}

export function loadDraft(ref: string): Draft | undefined {
  try {
    const text = localStorage.getItem(key(ref));
    return text === null ? undefined : (JSON.parse(text) as Draft);
  } catch {
    return undefined;
  }
}

export function saveDraft(ref: string, draft: Draft): void {
  try {
    localStorage.setItem(key(ref), JSON.stringify(draft));
  } catch {
    // No room or not allowed: the form still works, only the draft is not kept.
  }
}

export function dropDraft(ref: string): void {
  localStorage.removeItem(key(ref));
}
