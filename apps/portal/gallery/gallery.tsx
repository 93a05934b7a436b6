import {
  Board,
  BulkBar,
  Button,
  CodeView,
  CopyLine,
  DataTable,
  Diff,
  EmptyFilter,
  ErrorNotice,
  ApiError,
  Facets,
  FailedState,
  Glyph,
  GraphView,
  Icon,
  IconButton,
  KeyValues,
  LogView,
  Metric,
  Notice,
  OfflineBanner,
  PageHeader,
  Palette,
  QueryField,
  RelativeTime,
  SchemaForm,
  Section,
  Segments,
  Shell,
  SkeletonRows,
  State,
  Status,
  StatusPill,
  StepCard,
  Steps,
  Strip,
  TabLinks,
  Tag,
  toast,
  useCrumbs,
  type Column,
  type LogLine,
  type StatusName,
} from '@paved/ui';
import {
  IconBraces,
  IconDatabase,
  IconExternalLink,
  IconLayoutGrid,
  IconLayoutKanban,
  IconPlayerPlay,
  IconPlus,
  IconRoute,
  IconSettings,
  IconUsers,
  IconWorld,
} from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { modules } from '../modules.ts';

const problem = { title: 'Invalid input', status: 400, code: 'invalid', requestId: '' };

const statuses: readonly StatusName[] = [
  'healthy',
  'progressing',
  'degraded',
  'failed',
  'waiting',
  'suspended',
  'unknown',
  'queued',
  'skipped',
  'cancelled',
];
const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();

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

const start = ago(1);
const log: readonly LogLine[] = [
  '\u001b[34;1mPlan\u001b[0m 3f9a61c  6 to make, 0 to change, 0 to remove',
  '  \u001b[32m+\u001b[0m postgres    concert-alerts/db       class standard',
  '  \u001b[32m+\u001b[0m route       concert-alerts          internal',
  'Approved by policy: every change is inside the staging rules',
  '  database \u001b[36mconcert_alerts_stg\u001b[0m ready, role \u001b[36mconcert_alerts_app\u001b[0m',
  '  password kept in vault, reference \u001b[2msecret://staging/concert-alerts/db#3\u001b[0m',
  '  \u001b[33mwarn\u001b[0m  memory request 128 MiB is below the p95 of similar services (171 MiB)',
  '{"level":"info","msg":"listening","port":8080}',
  'GET /readyz  \u001b[31m503\u001b[0m  database warming up',
  'Error: connect ECONNREFUSED 127.0.0.1:5432',
  'GET /readyz  \u001b[32m200\u001b[0m  11 ms',
  '1 of 2 replicas ready, waiting for concert-alerts-6d8g',
].map((text, i) => ({ n: i + 212, at: new Date(Date.parse(start) + i * 700).toISOString(), stream: 'stdout', text }));

const schema = {
  required: ['name', 'owner'],
  properties: {
    name: {
      title: 'Name',
      type: 'string',
      'ui:field': 'EntityNamePicker',
      description: 'Lower-case letters, digits and dashes.',
      pattern: '^[a-z][a-z0-9-]*$',
    },
    owner: { title: 'Owner', type: 'string', 'ui:field': 'OwnerPicker' },
    database: {
      title: 'Database',
      type: 'string',
      default: 'standard',
      oneOf: [
        { const: 'none', title: 'None', description: 'The service keeps no data of its own' },
        { const: 'standard', title: 'PostgreSQL, standard', description: '1 vCPU, 2 GiB, daily backup kept 14 days' },
        { const: 'large', title: 'PostgreSQL, large', description: '4 vCPU, 16 GiB, replica' },
      ],
    },
    queue: { title: 'Queue name', type: 'string', pattern: '^[a-z0-9-]+$' },
    port: { title: 'Port', type: 'integer', minimum: 1, maximum: 65535 },
    tls: { title: 'Only over TLS', type: 'boolean', description: 'Plain requests are sent on to https.' },
    hosts: { title: 'Host names', type: 'array', items: { type: 'string' } },
    repo: { title: 'Repository', type: 'string', 'ui:field': 'RepoUrlPicker' },
  },
};

const pickers = {
  entities: async (query: string) =>
    ['group:default/playback', 'group:default/payments', 'group:default/discovery']
      .filter((ref) => ref.includes(query.toLowerCase()))
      .map((ref) => ({ ref, title: ref.split('/')[1] ?? ref, note: 'team' })),
  nameTaken: async (_kind: string, name: string) => name === 'playback-api',
  repositoryHost: 'paved.localhost:7420',
  projects: async () => ['playback', 'payments'],
  ownGroups: ['group:default/playback'],
};

const before =
  'spec:\n  version: "18"\n  class: standard\n  resources: { cpu: "1", memory: 2Gi }\n  instances: 1\n  backup: { schedule: "0 3 * * *", keep: 14d }\n';
const after =
  'spec:\n  version: "18"\n  class: large\n  resources: { cpu: "4", memory: 16Gi }\n  instances: 2\n  backup: { schedule: "0 3 * * *", keep: 14d }\n  primaryEndpoint: known after apply\n';

/** Every component in its states; only in development builds. */
export function Page() {
  useCrumbs([{ label: 'Design' }, { label: 'Gallery' }]);
  const [tokens, setTokens] = useState([
    { key: 'kind', value: 'Component', label: 'kind is Component' },
    { key: 'env', value: 'production', label: 'has production' },
  ]);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set(['geo-gate']));
  const [facet, setFacet] = useState<readonly string[]>(['Component']);
  const [segment, setSegment] = useState<'items' | 'files'>('items');
  const [form, setForm] = useState<Record<string, unknown>>({ name: 'Concert Alerts', queue: 'Concert Alerts' });
  const [palette, setPalette] = useState(false);
  const [step, setStep] = useState('staging');
  const query = new URLSearchParams(window.location.search);
  const only = query.get('only');
  const show = (name: string) => only === null || only === name;
  const steps = useMemo(
    () => [
      { id: 'policy', title: 'Check policy', status: 'healthy' as const, startedAt: ago(0.9), endedAt: ago(0.88) },
      { id: 'pipeline', title: 'Pipeline #1', status: 'healthy' as const, startedAt: ago(0.8), endedAt: ago(0.5) },
      { id: 'build', parent: 'pipeline', title: 'Build', status: 'healthy' as const, startedAt: ago(0.8), endedAt: ago(0.7) },
      { id: 'test', parent: 'pipeline', title: 'Test', status: 'failed' as const, startedAt: ago(0.7), endedAt: ago(0.5), attempt: 2 },
      { id: 'staging', title: 'Deploy to staging', status: 'progressing' as const, startedAt: ago(0.4) },
      { id: 'gate', title: 'Approve public route', status: 'waiting' as const, startedAt: ago(0.3) },
      { id: 'prod', title: 'Deploy to production', status: 'queued' as const },
      { id: 'tell', title: 'Tell the team', status: 'skipped' as const },
    ],
    [],
  );
  return (
    <Shell
      organization="Acme"
      items={modules
        .flatMap((module) => module.navigation ?? [])
        .map(({ count: _count, ...item }) => item)
        .toSorted((a, b) => a.order - b.order)}
      pinned={[
        { href: '/catalog/default/component/playback-api', label: 'playback-api', status: 'healthy' },
        { href: '/x', label: 'lyrics-sync', status: 'failed' },
      ]}
      onSearch={() => setPalette(true)}
      account={<IconButton label="Your account" icon={IconSettings} dot />}
      banner={only === 'offline' ? <OfflineBanner since="14:02" retryAt={Date.now() + 8000} onRetry={() => undefined} /> : undefined}
    >
      <PageHeader
        icon={IconBraces}
        title="playback-api"
        pill={<StatusPill status="waiting">Waits for you</StatusPill>}
        lede="Starts, resumes and hands over playback sessions for every client."
        facts={[
          { icon: IconUsers, text: 'Playback' },
          { icon: IconLayoutGrid, text: 'Streaming' },
          { text: <span className="p-mono">acme/playback-api</span> },
        ]}
        actions={
          <>
            <Button icon={IconExternalLink}>Open</Button>
            <Button look="primary">Deploy</Button>
          </>
        }
        more={[
          { label: 'Copy the reference', run: () => undefined },
          { label: 'Delete playback-api', danger: true, run: () => undefined },
        ]}
      />
      <TabLinks
        label="Parts"
        current="/gallery"
        tabs={[
          { label: 'Overview', href: '/gallery' },
          { label: 'Deployments', href: '/gallery#d' },
          { label: 'Runs', href: '/gallery#r', note: '1 active' },
        ]}
      />
      {show('strip') ? (
        <>
          <Strip flow label="Environments">
            {['Dev', 'Staging', 'Production'].map((name, i) => (
              <div className="p-env" key={name}>
                <div className="l1">
                  <b>{name}</b>
                  <Status status={i === 1 ? 'degraded' : 'healthy'} />
                </div>
                <div className="l2">
                  <span className="version">2.42.0</span>
                  <span className="p-t3">
                    <RelativeTime at={ago(120)} />
                  </span>
                </div>
                <div className="l3">
                  <a className="p-link" href="#u">
                    playback.localhost:8080
                  </a>
                  <span className="p-t3">4 of 4 replicas</span>
                </div>
              </div>
            ))}
          </Strip>
          <Strip label="Plan">
            <Metric
              caption="Resources"
              value={
                <>
                  <span className="add">+3</span> <span className="mod">~2</span> <span className="del">−1</span>
                </>
              }
              unit="14 stay"
            />
            <Metric caption="Policy" value="14 pass" unit="1 advises, 1 needs an owner" />
            <Metric caption="Cost" value="+€38 a month" unit="€374 → €412" />
            <Metric caption="Interruption" value="None" unit="database read-only for about 40 s" />
          </Strip>
          <Section title="Status" note="solid means someone should look">
            <div className="p-row wrap" style={{ gap: 16 }}>
              {statuses.map((status) => (
                <Status key={status} status={status} />
              ))}
            </div>
            <div className="p-row wrap" style={{ marginTop: 12 }}>
              {statuses.map((status) => (
                <StatusPill key={status} status={status} />
              ))}
            </div>
          </Section>
          <Section title="Controls">
            <div className="p-row wrap">
              <Button look="primary">Deploy</Button>
              <Button>Roll back</Button>
              <Button look="quiet">Discard</Button>
              <Button disabledReason="Waits for an owner of Playback">Approve</Button>
              <Button working>Deploy</Button>
              <Button small icon={IconPlus}>
                Add one
              </Button>
              <Segments
                label="View"
                value={segment}
                onChange={setSegment}
                options={[
                  { value: 'items', label: 'Items', count: 15 },
                  { value: 'files', label: 'Files' },
                ]}
              />
              <Tag>Experimental</Tag>
              <kbd>⌘K</kbd>
              <Button onClick={() => toast('3 components moved to Discovery', { action: { label: 'Undo', run: () => undefined } })}>
                Toast
              </Button>
              <Button onClick={() => toast('Could not save the view', { status: 'failed', note: 'The name “My team” is taken' })}>
                Failure
              </Button>
            </div>
          </Section>
          <Notice tone="waiting" icon={<Glyph status="waiting" label={null} />} actions={<Button small>Review plan</Button>}>
            <b>playback-api 2.42.0 waits for you to go to production.</b> It changes the database class from standard to large.
          </Notice>
        </>
      ) : null}
      {show('table') ? (
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
      ) : null}
      {show('states') ? (
        <Section title="States">
          <div style={{ display: 'grid', gridTemplateColumns: 'repeat(auto-fit, minmax(280px, 1fr))', gap: '0 32px' }}>
            <State
              icon={IconLayoutKanban}
              title="No environments yet"
              actions={
                <>
                  <Button look="primary">Add the local environment</Button>
                  <Button look="quiet">How they work</Button>
                </>
              }
            >
              An environment is a place services run, such as dev or production. The local one needs no setup.
            </State>
            <EmptyFilter
              noun="component"
              filters={3}
              hint="12 match without “owner is Payments”."
              onDrop={() => undefined}
              onClear={() => undefined}
            />
            <FailedState
              what="Deployments"
              error={
                new ApiError({
                  ...problem,
                  status: 503,
                  detail: 'The server answered 503 twice.',
                  code: 'unavailable',
                  requestId: 'req-7f3a',
                })
              }
              onRetry={() => undefined}
            />
            <FailedState
              what="Logs"
              error={
                new ApiError({
                  ...problem,
                  status: 403,
                  detail: 'Payments keeps this to its team.',
                  code: 'forbidden',
                  fix: 'Ask Payments for access.',
                })
              }
            />
            <SkeletonRows label="Components" rows={4} />
            <ErrorNotice
              error={
                new ApiError({
                  ...problem,
                  detail: 'The Score file names an unknown resource type "postgress".',
                  fix: 'Did you mean postgres?',
                  problems: [{ at: 'resources/db/type', message: 'is not known', fix: 'Use postgres.' }],
                })
              }
            />
          </div>
        </Section>
      ) : null}
      {show('run') ? (
        <Section title="Run">
          <div
            style={{
              display: 'grid',
              gridTemplateColumns: 'repeat(auto-fit, minmax(340px, 1fr))',
              border: '1px solid var(--p-border)',
              borderRadius: 8,
              overflow: 'hidden',
            }}
          >
            <div style={{ padding: 8 }}>
              <Steps
                steps={steps}
                current={step}
                onChoose={setStep}
                card={(entry) =>
                  entry.id === 'gate' ? (
                    <StepCard tone="waiting" title="A person from Platform security decides" actions={<Button small>Remind them</Button>}>
                      A public route in production needs a look. You can carry on; staging does not wait.
                    </StepCard>
                  ) : entry.id === 'test' ? (
                    <StepCard tone="failed" title="3 of 412 tests failed" actions={<Button small>Retry from here</Button>}>
                      The log has the details.
                    </StepCard>
                  ) : null
                }
              />
            </div>
            <div style={{ height: 420, display: 'grid' }}>
              <LogView
                lines={log}
                live
                start={start}
                fileName="log.txt"
                title={
                  <>
                    <Glyph status="progressing" /> <span className="p-medium">Deploy to staging</span> <span className="p-t3">18 s</span>
                  </>
                }
              />
            </div>
          </div>
        </Section>
      ) : null}
      {show('graph') ? (
        <Section title="Graph and difference">
          <GraphView
            label="Plan"
            height={300}
            chosen="sessions"
            nodes={[
              { id: 'route', label: 'public route', note: 'route', icon: IconRoute },
              { id: 'api', label: 'playback-api', note: 'image, memory', icon: IconBraces, change: 'change', self: true },
              { id: 'sessions', label: 'sessions', note: 'standard → large', icon: IconDatabase, change: 'change' },
              { id: 'cache', label: 'session-cache', note: 'redis, class small', icon: IconDatabase, change: 'add' },
              { id: 'disk', label: 'disk-cache', note: 'volume, 20 GiB', icon: IconDatabase, change: 'remove' },
              { id: 'site', label: 'artist-portal', note: 'site', icon: IconWorld, status: 'healthy' },
            ]}
            edges={[
              { from: 'route', to: 'api' },
              { from: 'site', to: 'api' },
              { from: 'api', to: 'sessions' },
              { from: 'api', to: 'cache', change: 'add' },
              { from: 'api', to: 'disk', change: 'remove' },
            ]}
          />
          <div style={{ height: 16 }} />
          <Diff source={{ path: 'sessions.yaml', before, after }} />
          <Diff source={{ path: 'sessions.yaml', before, after }} sides />
        </Section>
      ) : null}
      {show('board') ? (
        <Section title="Board">
          <Board
            label="Services by environment"
            columns={[
              { id: 'dev', title: 'Dev', note: 'process · this machine' },
              { id: 'staging', title: 'Staging', note: 'kubernetes · eu-north' },
              { id: 'production', title: 'Production', note: 'gitops · eu-north' },
            ]}
            rows={[
              {
                id: 'a',
                name: 'playback-api',
                group: 'Streaming',
                cells: [
                  { status: 'healthy', version: '2.42.0', at: ago(120), note: '4 replicas' },
                  { status: 'healthy', version: '2.42.0', at: ago(120), note: 'soaked 2 h, needs 1 h' },
                  { status: 'healthy', version: '2.41.3', at: ago(9000), note: '12 replicas' },
                ],
                lanes: [{ kind: 'same' }, { kind: 'waiting', label: 'You', open: () => undefined }],
              },
              {
                id: 'b',
                name: 'stream-edge',
                group: 'Streaming',
                cells: [
                  { status: 'healthy', version: '8.3.1', at: ago(20) },
                  { status: 'healthy', version: '8.3.0', at: ago(1500) },
                  undefined,
                ],
                lanes: [
                  { kind: 'ahead', label: '3 ahead', describe: 'Preview promotion of 3 versions', open: () => undefined },
                  { kind: 'none' },
                ],
              },
              {
                id: 'c',
                name: 'lyrics-sync',
                group: 'Library',
                cells: [
                  { status: 'failed', version: '0.9.7', at: ago(26), note: 'no deployment: tests failed' },
                  { status: 'healthy', version: '0.9.6', at: ago(17000) },
                  { status: 'degraded', version: '0.9.6', at: ago(17000), note: '6 restarts in 10 min' },
                ],
                lanes: [{ kind: 'blocked', reason: 'Tests failed' }, { kind: 'same' }],
              },
            ]}
          />
        </Section>
      ) : null}
      {show('form') ? (
        <Section title="Form">
          <SchemaForm id="gallery-form" schema={schema} value={form} onChange={setForm} onSubmit={() => toast('Sent')} pickers={pickers} />
          <div style={{ marginTop: 24 }}>
            <Button type="submit" form="gallery-form" look="primary">
              Create 15 items
            </Button>
          </div>
        </Section>
      ) : null}
      {show('code') ? (
        <Section title="Code">
          <CodeView
            file="server.ts"
            numbers
            chosen={3}
            text={
              'import { createServer } from "node:http";\n\n// Answers with a greeting.\nconst port = Number(process.env.PORT ?? 8080);\ncreateServer((request, response) => {\n  response.end(`hello from ${request.url}`);\n}).listen(port);\n'
            }
          />
          <div style={{ height: 12 }} />
          <CopyLine text="git clone http://paved.localhost:7420/git/playback/playback-api.git" />
          <div style={{ height: 12 }} />
          <KeyValues
            items={[
              ['Owner', 'Playback'],
              [
                'Commit',
                <span key="c" className="p-mono">
                  a18c0f2
                </span>,
              ],
            ]}
          />
        </Section>
      ) : null}
      <Palette
        opened={palette || only === 'palette'}
        onClose={() => setPalette(false)}
        pages={modules.flatMap((module) => module.navigation ?? [])}
        current={[{ id: 'deploy', label: 'Deploy playback-api to production', icon: IconPlayerPlay, run: () => undefined }]}
        actions={[]}
        sources={[]}
      />
    </Shell>
  );
}
