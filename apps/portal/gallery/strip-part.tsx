import {
  Button,
  Glyph,
  Metric,
  Notice,
  RelativeTime,
  Section,
  Segments,
  Status,
  StatusPill,
  Strip,
  Tag,
  toast,
  type StatusName,
} from '@paved/ui';
import { IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { ago } from './ago.ts';

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

/** Strips of figures, statuses, buttons and small marks. */
export function StripPart() {
  const [segment, setSegment] = useState<'items' | 'files'>('items');
  return (
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
  );
}
