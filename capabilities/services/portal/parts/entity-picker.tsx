import { refOf, type Entity } from '@paved/kernel';
import { api, capital, Combobox, nameOf, titleOf } from '@paved/ui';

/** Finds a group or a system of the catalog; `first` come before the others. */
export function EntityPicker({
  id,
  kind,
  value,
  onChange,
  first = [],
  placeholder,
}: {
  id: string;
  kind: 'group' | 'system';
  value: string | undefined;
  onChange: (ref: string | undefined) => void;
  first?: readonly string[];
  placeholder?: string;
}) {
  return (
    <Combobox
      id={id}
      value={value}
      shown={value === undefined ? undefined : capital(nameOf(value))}
      {...(placeholder === undefined ? {} : { placeholder })}
      search={async (query) => {
        const found = await api.get<{ items: readonly Entity[] }>('/api/catalog/entities/by-query', {
          filter: `kind=${kind}`,
          limit: 20,
          ...(query === '' ? {} : { fullTextFilterTerm: query, fullTextFilterFields: 'metadata.name,metadata.title' }),
        });
        return found.items
          .map((entity) => {
            const ref = refOf(entity);
            return { value: ref, label: capital(titleOf(entity)), note: first.includes(ref) ? 'your team' : undefined };
          })
          .toSorted((a, b) => Number(first.includes(b.value)) - Number(first.includes(a.value)));
      }}
      onChange={onChange}
    />
  );
}
