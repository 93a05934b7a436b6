import { type Column, DataTable, EmptyFilter, Loaded, QueryField, Segments, SettingsFrame, useData, useUrlState } from '@paved/ui';
import { useCallback } from 'react';

interface Setting {
  readonly key: string;
  readonly value: unknown;
  readonly from: string;
  readonly description: string;
}

const isEmpty = (value: unknown): boolean =>
  value === null || value === undefined || (typeof value === 'object' && Object.keys(value).length === 0);
const words = (value: unknown): string => (isEmpty(value) ? '–' : typeof value === 'object' ? JSON.stringify(value) : String(value));

const columns: readonly Column<Setting>[] = [
  {
    id: 'key',
    head: 'Setting',
    fill: true,
    cell: (setting) => (
      <span className="p-two">
        <span className="p-mono p-anywhere" style={{ color: 'var(--p-text)', whiteSpace: 'normal' }}>
          {setting.key}
        </span>
        <small className="p-trunc" title={setting.description}>
          {setting.description}
        </small>
      </span>
    ),
  },
  {
    id: 'value',
    head: 'Value',
    cell: (setting) => (
      <span className="p-mono p-trunc" style={{ display: 'block', maxWidth: 'min(360px, 34vw)' }} title={words(setting.value)}>
        {words(setting.value)}
      </span>
    ),
  },
  {
    id: 'from',
    head: 'From',
    hide: 'sm',
    cell: (setting) =>
      setting.from === 'default' ? (
        <span className="p-t3">default</span>
      ) : (
        <span title={setting.from}>{setting.from.split('/').at(-1)}</span>
      ),
  },
];

/** Every setting this server runs with, and where it came from; changed in paved.yaml, the environment or a flag. */
export function Page() {
  const { params, set } = useUrlState();
  const text = params.get('q') ?? '';
  const all = params.get('show') === 'all';
  const settings = useData<{ items: readonly Setting[] }>('/api/configuration');
  const setText = useCallback((value: string) => set((next) => (value === '' ? next.delete('q') : next.set('q', value))), [set]);
  return (
    <SettingsFrame title="Configuration">
      <Loaded query={settings} what="Settings">
        {({ items }) => {
          const own = items.filter((setting) => setting.from !== 'default' && !isEmpty(setting.value));
          const shown = (all || own.length === 0 ? items : own).filter((setting) =>
            `${setting.key} ${setting.description}`.toLowerCase().includes(text.toLowerCase()),
          );
          return (
            <>
              <div className="p-row wrap" style={{ marginBottom: 8 }}>
                <Segments
                  label="Which settings"
                  value={all ? 'all' : 'own'}
                  onChange={(value) => set((next) => (value === 'all' ? next.set('show', 'all') : next.delete('show')))}
                  options={[
                    { value: 'own', label: 'Set here', count: own.length },
                    { value: 'all', label: 'All', count: items.length },
                  ]}
                />
                <div style={{ flex: '1 1 240px', display: 'flex' }}>
                  <QueryField tokens={[]} text={text} placeholder="Name or meaning" onText={setText} onRemove={() => undefined} />
                </div>
              </div>
              {shown.length === 0 ? (
                <EmptyFilter noun="setting" filters={1} onClear={() => set((next) => (next.delete('q'), next.set('show', 'all')))} />
              ) : (
                <DataTable label="Settings" rows={shown} columns={columns} id={(setting) => setting.key} density="tall" />
              )}
              <p className="p-help" style={{ marginTop: 12 }}>
                Changed in paved.yaml, by the environment or by a flag, with the next start. “paved config” says the same.
              </p>
            </>
          );
        }}
      </Loaded>
    </SettingsFrame>
  );
}
