import type { Json } from '@paved/kernel';
import { KeyValues, Section, TextLink, type EntityPartProps } from '@paved/ui';
import type { ReactNode } from 'react';
import { FirstOf } from './first-of.tsx';
import { fieldWords, otherFields } from './spec-values.ts';
import './spec-facts.css';

/** Entries of a list before the rest is asked for. */
const SHORT = 10;

/** What its document says beyond what the rest of the page shows. */
export function Part({ entity }: EntityPartProps) {
  return (
    <Section title="Details">
      <KeyValues items={otherFields(entity).map(([field, value]) => [fieldWords(field), shown(field, value)] as const)} />
    </Section>
  );
}

function shown(field: string, value: Json): ReactNode {
  if (typeof value === 'boolean') return value ? 'Yes' : 'No';
  if (typeof value === 'number') return value.toLocaleString('en');
  if (typeof value === 'string')
    return /^https?:\/\/\S+$/.test(value) ? <TextLink href={value}>{value}</TextLink> : <span className="p-spec-text">{value}</span>;
  if (Array.isArray(value) && value.every((item) => typeof item !== 'object' || item === null))
    return <FirstOf items={value.map(String)} most={SHORT} of={(item) => <div key={item}>{item}</div>} />;
  return (
    <pre className="p-spec-json" tabIndex={0} role="region" aria-label={fieldWords(field)}>
      {JSON.stringify(value, null, 2)}
    </pre>
  );
}
