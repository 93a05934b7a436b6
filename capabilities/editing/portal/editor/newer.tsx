import { Button, Notice } from '@paved/ui';

interface NewerProps {
  /** The document as it is by now, when it is another one than it was opened as, and what is different. */
  readonly newer: { readonly text: string; readonly words: string } | undefined;
  /** The text with the change; absent when nothing was changed yet. */
  readonly mine: string | undefined;
  /** Fields that both changed, after the newer version was taken. */
  readonly contested: readonly string[];
  readonly onTake: (newer: string) => void;
}

/** Somebody else changed the document meanwhile: what, and the way to go on from there without losing a word. */
export function Newer({ newer, mine, contested, onTake }: NewerProps) {
  if (newer === undefined && contested.length === 0) return null;
  return (
    <div style={{ marginBottom: 16 }} aria-live="polite">
      {newer === undefined ? (
        <Notice tone="degraded">
          <b>Others changed {listed(contested)} too.</b> Your words stand; the difference shows both.
        </Notice>
      ) : (
        <Notice
          tone="degraded"
          actions={
            <Button small onClick={() => onTake(newer.text)}>
              {mine === undefined ? 'Take the newer version' : 'Take it, keep my change'}
            </Button>
          }
        >
          <b>There is a newer version.</b> {newer.words}
        </Notice>
      )}
    </div>
  );
}

/** `spec.owner, metadata.title and 2 more` */
function listed(fields: readonly string[]): string {
  const [first = '', second, ...rest] = fields;
  if (second === undefined) return first;
  return rest.length === 0 ? `${first} and ${second}` : `${first}, ${second} and ${rest.length} more`;
}
