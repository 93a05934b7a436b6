import { Board, Section } from '@paved/ui';
import { ago } from './ago.ts';

/** Services by environment. */
export function BoardPart() {
  return (
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
  );
}
