import { IconCopy, IconDownload, IconPencil } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { stringify } from 'yaml';
import {
  Button,
  downloadText,
  LongCode,
  related,
  Segments,
  toast,
  useMayAny,
  useModules,
  useUrlState,
  type EntityMenuEntry,
  type EntityTabProps,
} from '@paved/ui';
import { yamlOf } from '../../model/history/document.ts';
import { EntityDialog } from '../parts/entity-dialog.tsx';
import './definition.css';

const looks = ['source', 'all', 'json'] as const;
type Look = (typeof looks)[number];

/** The document behind the entity: as its source has it, or with what the catalog added. */
export function Tab({ entity, entityRef }: EntityTabProps) {
  const { params, set } = useUrlState();
  const look: Look = looks.find((one) => one === params.get('as')) ?? 'source';
  const [dialog, setDialog] = useState<EntityMenuEntry>();
  const may = useMayAny();
  const owners = related(entity, 'ownedBy');
  const edit = useModules()
    .flatMap((module) => module.entityMenu ?? [])
    .find((entry) => entry.edits === true && entry.suits(entity) && may(entry.permission, owners));
  const text = useMemo(
    () =>
      look === 'json'
        ? JSON.stringify(entity, null, 2)
        : look === 'all'
          ? stringify(entity, { lineWidth: 0, aliasDuplicateObjects: false })
          : yamlOf(entity),
    [entity, look],
  );
  const file = `${entity.metadata.name}.${look === 'json' ? 'json' : 'yaml'}`;
  return (
    <>
      <div className="p-definition-tools">
        <Segments
          label="What is shown"
          value={look}
          onChange={(value) => set((next) => (value === 'source' ? next.delete('as') : next.set('as', value)))}
          options={[
            { value: 'source', label: 'As written' },
            { value: 'all', label: 'As kept' },
            { value: 'json', label: 'JSON' },
          ]}
        />
        <span className="p-grow" />
        <Button
          icon={IconCopy}
          onClick={() =>
            void navigator.clipboard.writeText(text).then(
              () => toast('Copied'),
              () => toast('The browser does not let the page copy', { status: 'failed', note: 'Select the text and copy it by hand.' }),
            )
          }
        >
          Copy
        </Button>
        <Button icon={IconDownload} onClick={() => downloadText(text, file)}>
          Download
        </Button>
        {edit === undefined ? null : (
          <Button look="primary" icon={edit.icon ?? IconPencil} onClick={() => setDialog(edit)}>
            {edit.label(entity)}
          </Button>
        )}
      </div>
      <LongCode text={text} file={file} />
      {dialog === undefined ? null : (
        <EntityDialog entry={dialog} entity={entity} entityRef={entityRef} onClose={() => setDialog(undefined)} />
      )}
    </>
  );
}
