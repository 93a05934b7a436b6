import { Diff, GraphView, Section } from '@paved/ui';
import { IconBraces, IconDatabase, IconRoute, IconWorld } from '@tabler/icons-react';

const before =
  'spec:\n  version: "18"\n  class: standard\n  resources: { cpu: "1", memory: 2Gi }\n  instances: 1\n  backup: { schedule: "0 3 * * *", keep: 14d }\n';
const after =
  'spec:\n  version: "18"\n  class: large\n  resources: { cpu: "4", memory: 16Gi }\n  instances: 2\n  backup: { schedule: "0 3 * * *", keep: 14d }\n  primaryEndpoint: known after apply\n';

/** A graph with what changes in it, and the difference. */
export function GraphPart() {
  return (
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
  );
}
