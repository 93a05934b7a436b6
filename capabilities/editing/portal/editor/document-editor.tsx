import type { JsonObject } from '@paved/kernel';
import { Notice, SchemaForm, Segments, SkeletonRows, Button, lazyCode } from '@paved/ui';
import { Suspense, useMemo } from 'react';
import { valueOfText, withEntity } from '../../model/with-entity.ts';
import type { DraftProblem, DraftWarning } from '../draft.ts';
import { hintsOf } from '../form/hints.ts';
import { fromForm, kindForm, toForm } from '../form/kind-form.ts';
import type { CatalogKind } from '../kinds.ts';
import { findEntities, usePickers } from '../pickers.ts';
import { offersAt } from './completion.ts';

const YamlEditor = lazyCode(async () => (await import('./yaml-editor.tsx')).YamlEditor, { whole: true });

export type Face = 'form' | 'yaml';

interface DocumentEditorProps {
  /** The document's text: what both faces show and change. */
  readonly text: string;
  readonly onChange: (text: string) => void;
  readonly kinds: readonly CatalogKind[];
  readonly isNew: boolean;
  readonly face: Face;
  readonly onFace: (face: Face) => void;
  readonly problems: readonly DraftProblem[];
  readonly warnings: readonly DraftWarning[];
  /** Where the YAML shall stand; each new object moves it there. */
  readonly goTo?: { readonly line: number } | undefined;
  readonly onSubmit: () => void;
}

/** One document with two faces: a form made from its kind, and its YAML. */
export function DocumentEditor(props: DocumentEditorProps) {
  const { text, kinds, face, onFace, problems, warnings } = props;
  const value = useMemo(() => readable(text), [text]);
  const kind = kinds.find((one) => one.kind.toLowerCase() === String(value?.['kind'] ?? '').toLowerCase());
  return (
    <div className="p-document-editor">
      <div className="p-row">
        <Segments
          label="Edit as"
          value={face}
          onChange={onFace}
          options={[
            { value: 'form', label: 'Form' },
            { value: 'yaml', label: 'YAML' },
          ]}
        />
      </div>
      {face === 'yaml' ? (
        <Suspense fallback={<SkeletonRows label="The editor" rows={14} height={20} />}>
          <YamlEditor
            value={text}
            onChange={props.onChange}
            problems={problems}
            warnings={warnings}
            goTo={props.goTo}
            offers={(place) => offersAt(place, kinds, kind, (query, one) => findEntities(query, one === undefined ? [] : [one]))}
          />
        </Suspense>
      ) : value === undefined || kind === undefined ? (
        <Notice
          tone="degraded"
          actions={
            <Button small onClick={() => onFace('yaml')}>
              Edit the YAML
            </Button>
          }
        >
          <b>The form cannot show this document.</b> {value === undefined ? 'Its YAML cannot be read.' : 'Its kind is not known.'}
        </Notice>
      ) : (
        <EntityForm {...props} value={value} kind={kind} />
      )}
    </div>
  );
}

function EntityForm({
  text,
  onChange,
  value,
  kind,
  isNew,
  warnings,
  onFace,
  onSubmit,
}: DocumentEditorProps & { value: JsonObject; kind: CatalogKind }) {
  const pickers = usePickers();
  const spec = (value['spec'] ?? {}) as JsonObject;
  const type = spec['type'];
  // The fields follow the kind and its type, not every letter that is typed.
  const form = useMemo(() => kindForm(kind, spec, isNew), [kind, type, isNew]); // oxlint-disable-line react-hooks/exhaustive-deps
  const { left } = form;
  return (
    <>
      <SchemaForm
        id="document"
        schema={form.schema}
        value={toForm(value, form)}
        pickers={pickers}
        hints={hintsOf(value, warnings)}
        onChange={(data) => onChange(withEntity(text, fromForm(value, form, data)))}
        onSubmit={onSubmit}
      />
      {left.length === 0 ? null : (
        <p className="p-help">
          In the YAML only: {left.join(', ')}.{' '}
          <button type="button" className="p-link" onClick={() => onFace('yaml')}>
            Show it
          </button>
        </p>
      )}
    </>
  );
}

function readable(text: string): JsonObject | undefined {
  try {
    return valueOfText(text);
  } catch {
    return undefined;
  }
}
