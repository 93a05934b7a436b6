import type { Entity } from '@paved/kernel';
import { listVariables, removeVariable, setVariable } from '@paved/client';
import {
  Button,
  call,
  capital,
  type Column,
  DataTable,
  type EntityTabProps,
  FormDialog,
  Loaded,
  MoreMenu,
  nameOf,
  related,
  RelativeTime,
  Section,
  Segments,
  SkeletonRows,
  State,
  Tag,
  toast,
  toastError,
  useCall,
  useChange,
  useData,
  useMay,
  useUrlState,
} from '@paved/ui';
import { IconPlus, IconVariable } from '@tabler/icons-react';
import { useMemo, useState } from 'react';

interface Variable {
  readonly environment: string;
  readonly name: string;
  readonly kind: 'variable' | 'secret';
  readonly value?: string;
  readonly version: number;
  readonly updatedAt: string;
  readonly updatedBy: string;
}

interface Draft {
  readonly name: string;
  readonly value: string;
  readonly secret: boolean;
  readonly existing: boolean;
}

const empty: Draft = { name: '', value: '', secret: false, existing: false };

/** Environment variables and secrets; they take effect with the next deployment. */
export function Tab({ entity, entityRef }: EntityTabProps) {
  const { params, set } = useUrlState();
  const environments = useData<{ items: readonly Entity[] }>('/api/catalog/entities/by-query', {
    query: { filter: 'kind=environment', fields: 'metadata.name,spec.order' },
  });
  const names = (environments.data?.items ?? [])
    .toSorted((a, b) => Number(a.spec?.['order'] ?? 0) - Number(b.spec?.['order'] ?? 0))
    .map((item) => item.metadata.name);
  const environment = params.get('environment') ?? names[0] ?? 'dev';
  const variables = useCall(listVariables, { query: { component: entityRef, environment } });
  const may = useMay('secrets.secret.write', related(entity, 'ownedBy'));
  const [draft, setDraft] = useState<Draft>();
  const refresh = ['/api/secrets'];
  const save = useChange<Draft>(
    (value) =>
      call(setVariable, {
        body: { component: entityRef, environment, name: value.name, value: value.value, secret: value.secret },
      }),
    {
      refresh,
      done: (_, value) => {
        setDraft(undefined);
        toast(`${value.name} is set`, { note: `${capital(environment)} gets it with the next deployment` });
      },
    },
  );
  const remove = useChange<Variable>(
    (variable) => call(removeVariable, { query: { component: entityRef, environment, name: variable.name } }),
    {
      refresh,
      done: (_, variable) => toast(`${variable.name} is removed`, { note: 'The running version keeps it until the next deployment' }),
      failed: toastError,
    },
  );
  const drop = remove.mutate;
  const columns = useMemo(
    (): readonly Column<Variable>[] => [
      {
        id: 'name',
        head: 'Name',
        sort: (variable) => variable.name,
        cell: (variable) => (
          <span className="p-mono" style={{ color: 'var(--p-text)' }}>
            {variable.name}
          </span>
        ),
      },
      {
        id: 'value',
        head: 'Value',
        fill: true,
        cell: (variable) =>
          variable.kind === 'secret' ? (
            <span className="p-row tight">
              •••• <Tag>Secret, version {variable.version}</Tag>
            </span>
          ) : (
            <span className="p-mono p-trunc" style={{ display: 'block' }}>
              {variable.value}
            </span>
          ),
      },
      { id: 'by', head: 'Set by', hide: 'sm', cell: (variable) => nameOf(variable.updatedBy) },
      { id: 'at', head: 'When', hide: 'sm', align: 'right', cell: (variable) => <RelativeTime at={variable.updatedAt} /> },
      {
        id: 'more',
        head: <span className="p-vh">Actions</span>,
        align: 'right',
        cell: (variable) =>
          may ? (
            <MoreMenu
              small
              label={`Actions for ${variable.name}`}
              entries={[
                {
                  label: variable.kind === 'secret' ? 'Set a new value' : 'Change',
                  run: () =>
                    setDraft({ name: variable.name, value: variable.value ?? '', secret: variable.kind === 'secret', existing: true }),
                },
                { label: `Remove ${variable.name}`, danger: true, run: () => drop(variable) },
              ]}
            />
          ) : null,
      },
    ],
    [may, drop],
  );
  // The choice of environment takes a line of its own on phones: it comes with the rest, not after it.
  if (environments.isPending) return <SkeletonRows label="Variables" />;
  return (
    <Section
      title="Variables"
      note={`of ${environment}`}
      more={
        <>
          {names.length > 1 ? (
            <Segments
              label="Environment"
              value={environment}
              onChange={(next) => set((query) => query.set('environment', next))}
              options={names.map((name) => ({ value: name, label: capital(name) }))}
            />
          ) : null}
          {may ? (
            <Button icon={IconPlus} onClick={() => setDraft(empty)}>
              Set a variable
            </Button>
          ) : null}
        </>
      }
    >
      <Loaded query={variables} what="Variables">
        {(page) =>
          page.items.length === 0 ? (
            <State icon={IconVariable} title={`${capital(environment)} has no variables`}>
              Set what the process should find in its environment. Databases and routes need none: the platform wires them.{' '}
              {may ? '' : 'Only an owner of this service may set them.'}
            </State>
          ) : (
            <DataTable
              label={`Variables of ${environment}`}
              rows={page.items}
              columns={columns}
              id={(variable) => variable.name}
              initialSort={{ id: 'name' }}
            />
          )
        }
      </Loaded>
      {draft ? (
        <FormDialog
          opened
          onClose={() => setDraft(undefined)}
          title={draft.existing ? `Set ${draft.name}` : `Set a variable in ${environment}`}
          submit="Save"
          working={save.isPending}
          error={save.error}
          onSubmit={() => save.mutate(draft)}
          disabledReason={draft.name === '' ? 'Give it a name' : undefined}
        >
          {draft.existing ? null : (
            <div className="p-field">
              <label htmlFor="variable-name">Name</label>
              <input
                id="variable-name"
                className="p-input mono"
                data-autofocus
                spellCheck={false}
                autoCapitalize="characters"
                placeholder="SMTP_HOST"
                value={draft.name}
                onChange={(event) => setDraft({ ...draft, name: event.target.value })}
              />
            </div>
          )}
          <div className="p-field">
            <label htmlFor="variable-value">Value</label>
            <textarea
              id="variable-value"
              className="p-input mono"
              rows={draft.secret ? 2 : 3}
              spellCheck={false}
              autoComplete="off"
              value={draft.value}
              onChange={(event) => setDraft({ ...draft, value: event.target.value })}
            />
          </div>
          {draft.existing ? null : (
            <div className="p-field">
              <label className="p-switch">
                <input
                  type="checkbox"
                  className="p-check"
                  checked={draft.secret}
                  onChange={(event) => setDraft({ ...draft, secret: event.target.checked })}
                />
                <span>
                  <span className="p-medium">Secret</span>
                  <span className="p-help" style={{ display: 'block', marginTop: 0 }}>
                    Sealed at once; nobody reads it here again, logs show ••••.
                  </span>
                </span>
              </label>
            </div>
          )}
        </FormDialog>
      ) : null}
    </Section>
  );
}
