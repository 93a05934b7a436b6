import { IconCopy, IconDownload } from '@tabler/icons-react';
import {
  Button,
  downloadText,
  LongCode,
  Notice,
  Segments,
  SkeletonRows,
  State,
  toast,
  typeWords,
  useUrlState,
  type EntityTabProps,
} from '@paved/ui';
import { IconApi } from '@tabler/icons-react';
import type { ApiReading } from '../../model/api-definition/reading.ts';
import { EventView } from './event-view.tsx';
import { HttpView } from './http-view.tsx';
import { RemotesView } from './remotes-view.tsx';
import { RichText } from './rich-text.tsx';
import { TypeView } from './type-view.tsx';
import { useReading } from './use-reading.ts';
import './api.css';

/** The definition of an API, rendered; its source is one step away. */
export function Tab({ entity }: EntityTabProps) {
  const type = typeof entity.spec?.['type'] === 'string' ? entity.spec['type'] : '';
  const text = entity.spec?.['definition'];
  const remotes = type === 'mcp-server' ? <RemotesView entity={entity} /> : null;
  if (remotes !== null && typeof text !== 'string') return remotes;
  if (typeof text !== 'string' || text.trim() === '')
    return (
      <State icon={IconApi} title="The definition is empty">
        Write it under spec.definition in its catalog file, or point to a file: $text: ./openapi.yaml.
      </State>
    );
  return (
    <>
      {remotes}
      <Definition type={type} text={text} name={entity.metadata.name} />
    </>
  );
}

function Definition({ type, text, name }: { type: string; text: string; name: string }) {
  const { params, set } = useUrlState();
  const reading = useReading(type, text);
  const source = params.get('show') === 'source' || reading?.sort === 'text';
  const ending =
    reading?.sort === 'text'
      ? reading.language
      : type === 'graphql'
        ? 'graphql'
        : type === 'grpc'
          ? 'proto'
          : text.trimStart().startsWith('{')
            ? 'json'
            : 'yaml';
  const file = `${name}.${ending}`;
  if (reading === undefined) return <SkeletonRows label="Definition" />;
  return (
    <div className="p-api">
      <div className="p-api-head">
        <div className="p-grow">
          {reading.sort === 'text' ? null : (
            <p className="p-api-title">
              <b>{reading.title}</b> {'version' in reading && reading.version !== undefined ? reading.version : ''}{' '}
              <span className="p-t3">{'standard' in reading ? reading.standard : typeWords(type)}</span>
            </p>
          )}
        </div>
        {reading.sort === 'text' ? null : (
          <Segments
            label="What is shown"
            value={source ? 'source' : 'rendered'}
            onChange={(value) => set((next) => (value === 'source' ? next.set('show', 'source') : next.delete('show')))}
            options={[
              { value: 'rendered', label: 'Rendered' },
              { value: 'source', label: 'Source' },
            ]}
          />
        )}
        <Button icon={IconCopy} onClick={() => void navigator.clipboard.writeText(text).then(() => toast('Copied'))}>
          Copy
        </Button>
        <Button icon={IconDownload} onClick={() => downloadText(text, file)}>
          Download
        </Button>
      </div>
      {reading.sort === 'text' && reading.reason !== undefined ? (
        <div className="p-api-reason">
          <Notice tone="degraded">
            <b>The definition cannot be read as {typeWords(type)}.</b> {reading.reason} Below is its text.
          </Notice>
        </div>
      ) : null}
      {source ? <LongCode text={text} file={file} /> : <Rendered reading={reading} />}
    </div>
  );
}

function Rendered({ reading }: { reading: ApiReading }) {
  const description = 'description' in reading && reading.description !== undefined ? <RichText text={reading.description} /> : null;
  switch (reading.sort) {
    case 'http':
      return (
        <>
          {description}
          <HttpView reading={reading} />
        </>
      );
    case 'events':
      return (
        <>
          {description}
          <EventView reading={reading} />
        </>
      );
    case 'types':
      return <TypeView reading={reading} />;
    case 'text':
      return null;
  }
}
