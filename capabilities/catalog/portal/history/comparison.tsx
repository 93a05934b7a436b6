import type { Entity } from '@paved/kernel';
import {
  Button,
  Diff,
  KeyValues,
  nameOf,
  Notice,
  SkeletonRows,
  useData,
  useMayAny,
  useModules,
  related,
  type EntityVersionAction,
  type EntityVersionProps,
} from '@paved/ui';
import { Suspense, useState } from 'react';
import { lazily } from '../parts/entity-dialog.tsx';
import { historyPath, type Version } from './versions.ts';

const shown = (value: unknown): string => (value === undefined ? 'nothing' : typeof value === 'string' ? value : JSON.stringify(value));

/** The document of a version; nothing for one that says it was removed. */
function useDocument(ref: string, version: Version | undefined): string | undefined {
  const off = version === undefined || version.change === 'removed';
  const { data } = useData<string>(`${historyPath(ref)}/${version?.version ?? 0}`, { query: { format: 'yaml' }, off });
  return off ? '' : data;
}

interface ComparisonProps {
  readonly entityRef: string;
  readonly older: Version | undefined;
  readonly newer: Version;
  readonly sides: boolean;
}

/** Two versions beside each other, as their source would have them. */
export function Comparison({ entityRef, older, newer, sides }: ComparisonProps) {
  const before = useDocument(entityRef, older);
  const after = useDocument(entityRef, newer);
  if (before === undefined || after === undefined) return <SkeletonRows label="The difference" rows={10} height={20} />;
  const neighbours = older === undefined || newer.version - older.version === 1;
  const broke = neighbours ? newer.diff.find((one) => one.path === '/status') : undefined;
  return (
    <>
      {broke === undefined ? null : (
        <div style={{ marginBottom: 12 }}>
          <Notice tone={broke.after === undefined ? 'healthy' : 'degraded'}>
            {broke.after === undefined ? 'From here on its document could be read again.' : `Its document broke: ${shown(broke.after)}`}
          </Notice>
        </div>
      )}
      {before === after ? (
        <>
          <p className="p-13 p-t2" style={{ marginBottom: 8 }}>
            The document is the same in both
            {neighbours && newer.diff.some((one) => one.path !== '/status') ? '; the catalog found it elsewhere.' : '.'}
          </p>
          {neighbours ? (
            <KeyValues
              items={newer.diff
                .filter((one) => one.path !== '/status')
                .map((one) => [
                  one.path.split('/').at(-1)?.replaceAll('~1', '/') ?? one.path,
                  `${shown(one.before)} → ${shown(one.after)}`,
                ])}
            />
          ) : null}
        </>
      ) : (
        <Diff
          sides={sides}
          source={{
            path: `${nameOf(entityRef)}.yaml`,
            before: before === '' ? undefined : before,
            after: after === '' ? undefined : after,
          }}
        />
      )}
    </>
  );
}

/** What other capabilities let people do with an old version, for example bringing it back. */
export function VersionActions({ entityRef, version, entity }: { entityRef: string; version: Version; entity: Entity | undefined }) {
  const may = useMayAny();
  const owners = entity === undefined ? [] : related(entity, 'ownedBy');
  const actions = useModules()
    .flatMap((module) => module.entityVersionActions ?? [])
    .filter((action) => may(action.permission, owners));
  const document = useDocument(entityRef, version);
  const [open, setOpen] = useState<EntityVersionAction>();
  if (version.change === 'removed' || document === undefined) return null;
  return (
    <>
      {actions.map((action) => (
        <Button key={action.label} small icon={action.icon} onClick={() => setOpen(action)}>
          {action.label}
        </Button>
      ))}
      {open === undefined ? null : (
        <ActionDialog
          action={open}
          entityRef={entityRef}
          version={version.version}
          document={document}
          {...(entity === undefined ? {} : { entity })}
          onClose={() => setOpen(undefined)}
        />
      )}
    </>
  );
}

function ActionDialog({ action, ...props }: { action: EntityVersionAction } & EntityVersionProps) {
  const Shown = lazily(action, async () => (await action.load()).Dialog);
  return (
    <Suspense fallback={null}>
      <Shown {...props} />
    </Suspense>
  );
}
