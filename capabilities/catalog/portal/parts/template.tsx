import type { Json } from '@paved/kernel';
import { LinkButton, plural, Section, type EntityPartProps } from '@paved/ui';
import { IconPlus } from '@tabler/icons-react';
import { FirstOf } from './first-of.tsx';
import './relations.css';

interface Asked {
  readonly name: string;
  readonly title: string;
  readonly description?: string;
  readonly required: boolean;
}

/** What a golden path asks, what it does, and the way to walk it. */
export function Part({ entity }: EntityPartProps) {
  const asked = askedBy(entity.spec?.['parameters']);
  const steps = stepsOf(entity.spec?.['steps']);
  return (
    <>
      <Section
        title="What it asks"
        note={asked.length}
        more={
          <LinkButton small icon={IconPlus} href={`/create/${entity.metadata.namespace ?? 'default'}/${entity.metadata.name}`}>
            Use it
          </LinkButton>
        }
      >
        {asked.length === 0 ? (
          <p className="p-13 p-t2">Nothing: it runs as it is.</p>
        ) : (
          <ul className="p-list">
            {asked.map((field) => (
              <li key={field.name}>
                <div className="body">
                  <b>{field.title}</b>
                  {field.description === undefined ? null : <small>{field.description}</small>}
                </div>
                <span className="when">{field.required ? '' : 'optional'}</span>
              </li>
            ))}
          </ul>
        )}
      </Section>
      <Section title="What it does" note={plural(steps.length, 'step')}>
        <ol className="p-list">
          <FirstOf
            items={steps}
            most={12}
            of={(step) => (
              <li key={step.id}>
                <div className="body">
                  <b>{step.name}</b>
                </div>
                <span className="when p-mono">{step.action}</span>
              </li>
            )}
          />
        </ol>
      </Section>
    </>
  );
}

const record = (value: Json | undefined): Readonly<Record<string, Json | undefined>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
const list = (value: Json | undefined): readonly Json[] =>
  Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];
const words = (value: Json | undefined): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

/** Fields of all pages of the form, in their order. */
function askedBy(parameters: Json | undefined): readonly Asked[] {
  return list(parameters).flatMap((page) => {
    const required = new Set(list(record(page)['required']));
    return Object.entries(record(record(page)['properties'])).map(([name, value]) => {
      const field = record(value);
      const description = words(field['description']);
      return {
        name,
        title: words(field['title']) ?? name,
        required: required.has(name),
        ...(description === undefined ? {} : { description }),
      };
    });
  });
}

const stepsOf = (steps: Json | undefined) =>
  list(steps).map((value, i) => {
    const step = record(value);
    const id = words(step['id']) ?? String(i + 1);
    return { id, name: words(step['name']) ?? id, action: words(step['action']) ?? '' };
  });
