import type { Entity } from '@paved/kernel';
import { Button, Loaded, plural, RelativeTime, Segments, useData, useUrlState } from '@paved/ui';
import { useState } from 'react';
import { Comparison, VersionActions } from './comparison.tsx';
import { VersionFacts } from './version-facts.tsx';
import { changeWords, historyPath, type Version, type VersionPage } from './versions.ts';
import './history.css';

const PAGE = 50;

/** Every version of an entity and the difference between any two; the address says which. */
export function VersionsView({ entityRef, entity }: { entityRef: string; entity?: Entity }) {
  const [limit, setLimit] = useState(PAGE);
  const page = useData<VersionPage>(historyPath(entityRef), {
    query: { limit },
    live: ['catalog.entity.changed', 'catalog.source.synced'],
    concerns: (event) => event.type !== 'catalog.entity.changed' || event.subject === entityRef,
    keep: true,
  });
  return (
    <Loaded query={page} what="The history">
      {(data) => (
        <Versions
          entityRef={entityRef}
          entity={entity}
          versions={data.items}
          more={data.pageInfo.nextCursor === undefined ? undefined : () => setLimit(Math.min(200, limit + PAGE))}
          total={data.totalItems}
        />
      )}
    </Loaded>
  );
}

interface VersionsProps {
  readonly entityRef: string;
  readonly entity: Entity | undefined;
  readonly versions: readonly Version[];
  readonly more: (() => void) | undefined;
  readonly total: number;
}

function Versions({ entityRef, entity, versions, more, total }: VersionsProps) {
  const { params, set } = useUrlState();
  const asked = (name: string): Version | undefined => versions.find((one) => String(one.version) === params.get(name));
  const newer = asked('version') ?? versions[0];
  if (newer === undefined) return null;
  const older = asked('with') ?? versions.find((one) => one.version === newer.version - 1);
  // Two sides need room, and something on both.
  const both = older !== undefined && newer.change !== 'removed';
  const sides = both && (params.get('view') ?? (window.innerWidth < 820 ? 'lines' : 'sides')) !== 'lines';
  // What is there now needs no way back, unless its source is broken.
  const whole = (entity?.status?.items ?? []).every((item) => item.level !== 'error');
  const label = (one: Version): string => `Version ${one.version}${one === versions[0] && one.change !== 'removed' ? ', now' : ''}`;
  const choose = (name: 'version' | 'with', value: string | undefined): void =>
    set((next) => {
      if (name === 'version') next.delete('with');
      if (value === undefined) next.delete(name);
      else next.set(name, value);
    });
  const select = (name: 'version' | 'with', chosen: Version | undefined, title: string) => (
    <select
      className="p-input sm"
      aria-label={title}
      value={chosen?.version ?? ''}
      onChange={(event) => choose(name, event.target.value === '' ? undefined : event.target.value)}
    >
      {chosen === undefined ? <option value="">Nothing</option> : null}
      {versions
        .filter((one) => name === 'version' || one.version !== newer.version)
        .map((one) => (
          <option key={one.version} value={one.version}>
            {label(one)}
          </option>
        ))}
    </select>
  );
  return (
    <div className="p-versions">
      <nav aria-label="Versions">
        <ol>
          {versions.map((one) => (
            <li
              key={one.version}
              aria-current={one.version === newer.version ? 'true' : undefined}
              data-with={one.version === older?.version || undefined}
            >
              <button type="button" onClick={() => choose('version', String(one.version))}>
                <span className="n p-num">{one.version}</span>
                <b>{changeWords(one)}</b>
              </button>
              <RelativeTime at={one.at} bare />
              <VersionFacts version={one} />
            </li>
          ))}
        </ol>
        {more === undefined ? <p className="p-12 p-t3">{plural(total, 'version')}</p> : null}
        {more === undefined ? null : (
          <Button small look="quiet" onClick={more}>
            Older versions
          </Button>
        )}
      </nav>
      <div>
        <div className="p-compare">
          {select('version', newer, 'Version')}
          <span className="p-t3">against</span>
          {select('with', older, 'Compared with')}
          <span className="act">
            {newer === versions[0] && whole ? null : <VersionActions entityRef={entityRef} version={newer} entity={entity} />}
            {both ? (
              <span className="hide-lg">
                <Segments
                  label="How the difference is shown"
                  value={sides ? 'sides' : 'lines'}
                  options={[
                    { value: 'sides', label: 'Side by side' },
                    { value: 'lines', label: 'Unified' },
                  ]}
                  onChange={(value) => set((next) => (value === 'sides' ? next.delete('view') : next.set('view', value)))}
                />
              </span>
            ) : null}
          </span>
        </div>
        <Comparison entityRef={entityRef} older={older} newer={newer} sides={sides} />
      </div>
    </div>
  );
}
