import { Button, Glyph, LogView, Section, StepCard, Steps, type LogLine } from '@paved/ui';
import { useMemo, useState } from 'react';
import { ago } from './ago.ts';

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

/** The steps of a run and its log. */
export function RunPart() {
  const [step, setStep] = useState('staging');
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
  );
}
