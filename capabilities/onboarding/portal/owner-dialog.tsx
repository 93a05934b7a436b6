import { refOf, type Entity } from '@paved/kernel';
import { api, Combobox, FormDialog, plural, titleOf, useChange } from '@paved/ui';
import { useId, useState } from 'react';

/** One owner for many proposals. */
export function OwnerDialog({ ids, onClose, onDone }: { ids: readonly string[]; onClose: () => void; onDone: () => void }) {
  const id = useId();
  const [owner, setOwner] = useState<string>();
  /** What the owners that were found are called. */
  const [called, setCalled] = useState<Readonly<Record<string, string>>>({});
  const search = async (query: string) => {
    const found = await findOwners(query);
    setCalled((now) => ({ ...now, ...Object.fromEntries(found.map(({ value, label }) => [value, label])) }));
    return found;
  };
  const set = useChange<string>((ownerRef) => api.post('/api/onboarding/owner', { ids, ownerRef }), {
    refresh: ['/api/onboarding'],
    done: onDone,
  });
  return (
    <FormDialog
      opened
      onClose={onClose}
      title={`Owner of ${plural(ids.length, 'repository', 'repositories')}`}
      submit="Set owner"
      working={set.isPending}
      error={set.error}
      disabledReason={owner === undefined ? 'Choose a group or a person' : undefined}
      onSubmit={() => owner !== undefined && set.mutate(owner)}
    >
      <div className="p-field">
        <label htmlFor={id}>Owner</label>
        <Combobox
          id={id}
          value={owner}
          shown={owner === undefined ? undefined : called[owner]}
          search={search}
          onChange={setOwner}
          placeholder="Search teams and people"
        />
        <p className="p-help">Written into every proposed text that was chosen.</p>
      </div>
    </FormDialog>
  );
}

async function findOwners(query: string): Promise<readonly { value: string; label: string }[]> {
  const { items } = await api.get<{ items: readonly Entity[] }>('/api/catalog/entities/by-query', {
    filter: ['kind=group', 'kind=user'],
    limit: 20,
    fields: 'kind,metadata.name,metadata.namespace,metadata.title,spec.profile.displayName',
    ...(query === '' ? {} : { fullTextFilterTerm: query, fullTextFilterFields: 'metadata.name,metadata.title,spec.profile.displayName' }),
  });
  return items.map((entity) => ({ value: refOf(entity), label: titleOf(entity) }));
}
