import { CodeView, count, EmptyFilter, Icon, Section, Tag, useUrlState } from '@paved/ui';
import { IconChevronRight, IconLock } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import type { HttpReading, Operation, Payload } from '../../model/api-definition/reading.ts';
import { sampleOf } from '../../model/api-definition/sample.ts';
import { RichText } from './rich-text.tsx';
import { SchemaView, typeWords } from './schema-view.tsx';
import { TryIt } from './try-it.tsx';

/** Groups of more than this open on demand; hits beyond it are not drawn. */
const MANY = 120;

/** Operations by group, each with what goes in and comes out, and a way to try it; then the schemas. */
export function HttpView({ reading }: { reading: HttpReading }) {
  const { params, set } = useUrlState();
  const [find, setFind] = useState('');
  const [server, setServer] = useState(reading.servers[0]?.url ?? window.location.origin);
  const chosen = params.get('op');
  const many = reading.operations.length > MANY;
  const [open, setOpen] = useState<ReadonlySet<string>>(() => {
    const first = reading.operations.find((operation) => operation.id === chosen)?.group;
    return new Set(
      many
        ? first === undefined
          ? reading.groups.slice(0, 1).map((group) => group.name)
          : [first]
        : reading.groups.map((group) => group.name),
    );
  });
  const words = find.trim().toLowerCase();
  const hits = useMemo(
    () =>
      words === ''
        ? undefined
        : reading.operations.filter((operation) =>
            `${operation.method} ${operation.path} ${operation.name ?? ''} ${operation.summary ?? ''}`.toLowerCase().includes(words),
          ),
    [reading, words],
  );
  const groups = useMemo(() => Map.groupBy(reading.operations, (operation) => operation.group), [reading]);
  const show = (operation: Operation) => (
    <OperationRow
      key={operation.id}
      operation={operation}
      reading={reading}
      server={server}
      open={operation.id === chosen}
      onOpen={(on) => set((next) => (on ? next.set('op', operation.id) : next.delete('op')))}
    />
  );
  return (
    <>
      <div className="p-api-tools">
        <input
          className="p-input sm"
          type="search"
          placeholder={`Find in ${count(reading.operations.length)} operations`}
          aria-label="Find an operation"
          value={find}
          onChange={(event) => setFind(event.target.value)}
        />
        {reading.servers.length === 0 ? null : reading.servers.length === 1 ? (
          <span className="p-mono p-api-server">{server}</span>
        ) : (
          <select className="p-input sm" aria-label="Server" value={server} onChange={(event) => setServer(event.target.value)}>
            {reading.servers.map((one) => (
              <option key={one.url} value={one.url}>
                {one.url}
                {one.description === undefined ? '' : ` – ${one.description}`}
              </option>
            ))}
          </select>
        )}
      </div>
      {hits !== undefined ? (
        hits.length === 0 ? (
          <EmptyFilter noun="operation" filters={1} onClear={() => setFind('')} />
        ) : (
          <Section title="Found" note={count(hits.length)}>
            <ul className="p-api-list">{hits.slice(0, MANY).map(show)}</ul>
            {hits.length > MANY ? <p className="p-13 p-t3">The first {MANY} are shown. More words find fewer.</p> : null}
          </Section>
        )
      ) : (
        reading.groups.map((group) => {
          const held = groups.get(group.name) ?? [];
          const isOpen = open.has(group.name);
          return (
            <section key={group.name} className="p-section p-api-group">
              <h2>
                <button
                  type="button"
                  aria-expanded={isOpen}
                  onClick={() => {
                    const next = new Set(open);
                    if (isOpen) next.delete(group.name);
                    else next.add(group.name);
                    setOpen(next);
                  }}
                >
                  <Icon of={IconChevronRight} size={14} />
                  {group.name} <span className="n">{count(held.length)}</span>
                </button>
              </h2>
              {group.description === undefined ? null : <RichText text={group.description} />}
              {isOpen ? <ul className="p-api-list">{held.map(show)}</ul> : null}
            </section>
          );
        })
      )}
      {hits === undefined ? <SchemaList reading={reading} /> : null}
    </>
  );
}

interface RowProps {
  readonly operation: Operation;
  readonly reading: HttpReading;
  readonly server: string;
  readonly open: boolean;
  readonly onOpen: (open: boolean) => void;
}

function OperationRow({ operation, reading, server, open, onOpen }: RowProps) {
  return (
    <li>
      <button type="button" className="p-api-operation" aria-expanded={open} onClick={() => onOpen(!open)}>
        <span className={`method ${operation.method}`}>{operation.method.toUpperCase()}</span>
        <span className={`path ${operation.deprecated ? 'old' : ''}`}>{operation.path}</span>
        <span className="summary">{operation.summary ?? operation.name}</span>
        {operation.deprecated ? <Tag>Deprecated</Tag> : null}
        {operation.security.length > 0 ? <Icon of={IconLock} size={14} /> : null}
      </button>
      {open ? <OperationBody operation={operation} reading={reading} server={server} /> : null}
    </li>
  );
}

function OperationBody({ operation, reading, server }: Omit<RowProps, 'open' | 'onOpen'>) {
  const { schemas } = reading;
  return (
    <div className="p-api-body">
      <div>
        {operation.description === undefined ? null : <RichText text={operation.description} />}
        {operation.parameters.length === 0 ? null : (
          <>
            <h3>Parameters</h3>
            <ul className="p-api-schema">
              {operation.parameters.map((parameter) => (
                <li key={`${parameter.in}${parameter.name}`}>
                  <div className="line">
                    <span className="name">{parameter.name}</span>
                    <span className="type">
                      {parameter.schema === undefined ? 'text' : typeWords(parameter.schema, schemas)}, {parameter.in}
                    </span>
                    {parameter.required ? <span className="must">required</span> : null}
                  </div>
                  {parameter.description === undefined ? null : <RichText text={parameter.description} />}
                </li>
              ))}
            </ul>
          </>
        )}
        {operation.body === undefined ? null : (
          <>
            <h3>Body{operation.body.required ? '' : ', optional'}</h3>
            {operation.body.description === undefined ? null : <RichText text={operation.body.description} />}
            <Content content={operation.body.content} schemas={schemas} />
          </>
        )}
        <h3>Answers</h3>
        <ul className="p-api-answers">
          {operation.responses.map((response) => (
            <li key={response.status}>
              <p>
                <b className={/^[23]/.test(response.status) ? 'good' : 'bad'}>{response.status}</b> {response.description}
              </p>
              <Content content={response.content} schemas={schemas} />
            </li>
          ))}
        </ul>
      </div>
      <div>
        <h3>Try it</h3>
        <TryIt key={server} operation={operation} reading={reading} server={server} />
      </div>
    </div>
  );
}

/** What stands in a body: its schema, and an example when asked for. */
export function Content({ content, schemas }: { content: readonly Payload[]; schemas: HttpReading['schemas'] }) {
  const [example, setExample] = useState(false);
  const first = content.find((one) => one.type.includes('json')) ?? content[0];
  if (first === undefined) return null;
  return (
    <div className="p-api-content">
      <p className="p-api-type">
        {first.schema === undefined ? '' : `${typeWords(first.schema, schemas)} · `}
        {first.type}
        {content.length > 1 ? ` and ${content.length - 1} more` : ''}{' '}
        {first.schema === undefined && first.example === undefined ? null : (
          <button type="button" className="p-link" aria-pressed={example} onClick={() => setExample(!example)}>
            {example ? 'Show the schema' : 'Show an example'}
          </button>
        )}
      </p>
      {example ? (
        <CodeView text={JSON.stringify(first.example ?? sampleOf(first.schema, schemas), null, 2)} file="example.json" />
      ) : first.schema === undefined ? null : (
        <SchemaView schema={first.schema} schemas={schemas} />
      )}
    </div>
  );
}

function SchemaList({ reading }: { reading: HttpReading }) {
  const [all, setAll] = useState(false);
  const [open, setOpen] = useState<string>();
  const entries = Object.entries(reading.schemas);
  if (entries.length === 0) return null;
  const shown = all ? entries : entries.slice(0, 40);
  return (
    <Section title="Schemas" note={count(entries.length)}>
      <ul className="p-api-list">
        {shown.map(([ref, schema]) => (
          <li key={ref}>
            <button
              type="button"
              className="p-api-operation"
              aria-expanded={open === ref}
              onClick={() => setOpen(open === ref ? undefined : ref)}
            >
              <span className="path">{ref.split('/').at(-1)}</span>
              <span className="summary">
                {typeof schema['description'] === 'string' ? schema['description'].split('\n')[0] : typeWords(schema, reading.schemas)}
              </span>
            </button>
            {open === ref ? (
              <div className="p-api-one">
                <SchemaView schema={schema} schemas={reading.schemas} />
              </div>
            ) : null}
          </li>
        ))}
      </ul>
      {shown.length < entries.length ? (
        <button type="button" className="p-link p-13" onClick={() => setAll(true)}>
          {count(entries.length - shown.length)} more
        </button>
      ) : null}
    </Section>
  );
}
