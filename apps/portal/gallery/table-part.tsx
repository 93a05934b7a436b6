import { BulkBar, DataTable, Facets, Icon, QueryField, RelativeTime, Section, Status, Tag, type Column, type StatusName } from '@paved/ui';
import { IconBraces } from '@tabler/icons-react';
import { useState } from 'react';
import { ago } from './ago.ts';

interface Row {
  readonly name: string;
  readonly note: string;
  readonly owner: string;
  readonly health: StatusName;
  readonly at: string;
}
const rows: readonly Row[] = [
  { name: 'ad-decision', note: 'Picks the next advert in 40 ms', owner: 'Payments', health: 'failed', at: ago(8) },
  { name: 'geo-gate', note: 'Which countries may hear what', owner: 'Identity', health: 'degraded', at: ago(34) },
  { name: 'podcast-player', note: 'Chapters, speed, resume', owner: 'Creators', health: 'progressing', at: ago(3) },
  { name: 'jingle-store', note: 'Imported last night, no probe yet', owner: 'No owner', health: 'unknown', at: ago(840) },
  { name: 'playback-api', note: 'Starts, resumes and hands over sessions', owner: 'Playback', health: 'healthy', at: ago(120) },
  { name: 'gapless-lab', note: 'Experiment, paused until Monday', owner: 'Playback', health: 'suspended', at: ago(50_000) },
];
const columns: readonly Column<Row>[] = [
  {
    id: 'name',
    head: 'Name',
    fill: true,
    sort: (row) => row.name,
    cell: (row) => (
      <span className="p-namecell">
        <Icon of={IconBraces} />
        <a className="p-name" href="#x">
          {row.name}
        </a>
        {row.name === 'gapless-lab' ? <Tag>Experimental</Tag> : null}
        <small className="p-trunc">{row.note}</small>
        <span className="under">{row.owner}</span>
      </span>
    ),
  },
  { id: 'owner', head: 'Owner', hide: 'sm', cell: (row) => row.owner },
  { id: 'health', head: 'Health', cell: (row) => <Status status={row.health} /> },
  { id: 'at', head: 'Changed', align: 'right', hide: 'sm', cell: (row) => <RelativeTime at={row.at} /> },
];

/** A list with its query field, facets and bulk bar. */
export function TablePart() {
  const [tokens, setTokens] = useState([
    { key: 'kind', value: 'Component', label: 'kind is Component' },
    { key: 'env', value: 'production', label: 'has production' },
  ]);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set(['geo-gate']));
  const [facet, setFacet] = useState<readonly string[]>(['Component']);
  return (
    <Section title="Table">
      <QueryField
        tokens={tokens}
        text=""
        placeholder="Search name, tag, owner"
        onText={() => undefined}
        onRemove={(token) => setTokens(tokens.filter((other) => other !== token))}
      />
      <div style={{ display: 'grid', gridTemplateColumns: '208px minmax(0,1fr)', gap: 24, marginTop: 12 }} className="gallery-list">
        <Facets
          groups={[
            {
              key: 'kind',
              title: 'Kind',
              options: [
                { value: 'Component', label: 'Component', count: 6214 },
                { value: 'Resource', label: 'Resource', count: 1902 },
                { value: 'API', label: 'API', count: 0 },
              ],
            },
          ]}
          chosen={() => facet}
          onToggle={(_, value) => setFacet(facet.includes(value) ? facet.filter((v) => v !== value) : [...facet, value])}
          onClear={() => setFacet([])}
        />
        <DataTable
          label="Components"
          rows={rows}
          columns={columns}
          id={(row) => row.name}
          href={() => '/x'}
          density="compact"
          selected={selected}
          onSelect={setSelected}
          keys
          initialSort={{ id: 'name' }}
        />
      </div>
      <BulkBar
        selected={selected.size}
        onClear={() => setSelected(new Set())}
        actions={[
          { label: 'Change owner', run: () => undefined },
          { label: 'Refresh', run: () => undefined },
        ]}
      />
    </Section>
  );
}
