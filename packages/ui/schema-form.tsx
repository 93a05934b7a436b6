import { Suspense } from 'react';
import type { Schema } from './json-schema.ts';
import { lazyCode } from './lazy-code.tsx';
import { Bone, Skeletons } from './skeleton.tsx';

/** What the pickers of a form offer; the pages feed it from the catalog. */
export interface PickerSource {
  /** Entities that match a query, best first. `filter` is Backstage's catalogFilter. */
  entities(query: string, filter: unknown): Promise<readonly { ref: string; title: string; note?: string }[]>;
  /** Whether an entity of this name exists already. */
  nameTaken(kind: string, name: string): Promise<boolean>;
  /** Projects a repository can live in, and the host shown before the path. */
  repositoryHost: string;
  projects(): Promise<readonly string[]>;
  /** Groups the person belongs to, offered first as owners. */
  ownGroups: readonly string[];
}

/** Something to know about a field that keeps nobody from going on. */
export interface FormHint {
  /** Keys and indexes from the form's value to the field. */
  readonly path: readonly (string | number)[];
  readonly message: string;
  /** What the field may hold instead, offered as a button. */
  readonly use?: string;
}

export interface SchemaFormProps {
  readonly schema: Schema;
  readonly value: Record<string, unknown>;
  readonly onChange: (value: Record<string, unknown>) => void;
  /** Called with a valid value when the form is submitted (⌘↵ or its button, which has `form={id}`). */
  readonly onSubmit: (value: Record<string, unknown>) => void;
  readonly id: string;
  readonly pickers: PickerSource;
  readonly hints?: readonly FormHint[];
  readonly disabled?: boolean;
}

const Loaded = lazyCode(async () => (await import('./schema-form-inner.tsx')).SchemaFormInner, { whole: true });

/** A form made from a JSON Schema with Backstage's `ui:*` words. */
export function SchemaForm(props: SchemaFormProps) {
  return (
    <Suspense
      fallback={
        <Skeletons label="The form">
          {[0, 1, 2].map((i) => (
            <div key={i} style={{ height: 84, display: 'grid', gap: 8, alignContent: 'start' }}>
              <Bone width={140} />
              <Bone width="100%" height={36} radius={6} />
            </div>
          ))}
        </Skeletons>
      }
    >
      <Loaded {...props} />
    </Suspense>
  );
}
