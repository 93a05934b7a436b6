import type { ReactNode } from 'react';
import type { Json } from '@paved/kernel';
import { EntityLink, KeyValues, related, Section, useData, type EntityPartProps } from '@paved/ui';
import { KIND_CHANGED } from '../../index.ts';
import { fieldWords as words } from '../parts/spec-values.ts';

interface Kind {
  readonly kind: string;
  readonly custom: boolean;
  readonly schema: { readonly properties?: Readonly<Record<string, { readonly title?: string; readonly type?: string }>> };
  readonly relations: readonly { readonly field: string; readonly type: string }[];
}
interface Computed {
  readonly name: string;
  readonly title?: string;
  readonly description?: string;
  readonly value: Json;
  readonly reason?: string;
  readonly formula: string;
}

/** What the kind's declaration says about it: its own fields and relations, and the computed properties. */
export function Part({ entity }: EntityPartProps) {
  const { kind, metadata, spec } = entity;
  const path = [kind, metadata.namespace ?? 'default', metadata.name].map(encodeURIComponent).join('/');
  const kinds = useData<{ items: readonly Kind[] }>('/api/catalog/kinds', { live: [KIND_CHANGED] });
  const computed = useData<{ items: readonly Computed[] }>(`/api/catalog/entities/by-name/${path}/computed`.toLowerCase(), {
    live: [KIND_CHANGED, 'catalog.entity.changed', 'catalog.source.synced'],
  });
  const declared = kinds.data?.items.find((one) => one.kind === kind && one.custom);
  const references = new Set(declared?.relations.map((relation) => relation.field));
  const own = Object.entries(declared?.schema.properties ?? {})
    .filter(([field]) => !references.has(field))
    .map(([field, { title }]): readonly [string, ReactNode] => [title ?? words(field), shown(spec?.[field])]);
  const relations = [...new Set(declared?.relations.map((relation) => relation.type))]
    // The head of the page names the owner and the system.
    .filter((type) => type !== 'ownedBy' && type !== 'partOf')
    .map((type): readonly [string, ReactNode] => [words(type), links(related(entity, type))]);
  const values = (computed.data?.items ?? []).map((one): readonly [string, ReactNode] => [
    one.title ?? words(one.name),
    <span key={one.name} title={one.reason ?? [one.description, one.formula].filter((part) => part !== undefined).join(' – ')}>
      {shown(one.value) ?? <span className="p-t3">–</span>}
    </span>,
  ]);
  const items = [...own, ...relations, ...values].filter(([, value]) => value !== undefined);
  if (items.length === 0) return null;
  return (
    <Section title="Facts">
      <KeyValues items={items} />
    </Section>
  );
}

const links = (refs: readonly string[]): ReactNode =>
  refs.length === 0
    ? undefined
    : refs.map((ref, i) => (
        <span key={ref}>
          {i > 0 ? ', ' : ''}
          <EntityLink entityRef={ref} />
        </span>
      ));

function shown(value: Json | undefined): ReactNode {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'boolean') return value ? 'Yes' : 'No';
  if (typeof value === 'number') return value.toLocaleString('en');
  if (Array.isArray(value)) return value.map((item) => (typeof item === 'object' ? JSON.stringify(item) : String(item))).join(', ');
  return typeof value === 'object' ? JSON.stringify(value) : value;
}
