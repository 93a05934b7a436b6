import { api, Glyph, LogView, Segments, State, useEvents, useUrlState, type EntityTabProps, type LogLine } from '@paved/ui';
import { IconFileText } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { useService } from '../parts/use-board.ts';
import { versionWords } from '../shapes.ts';

const KEEP = 20_000;

/** What the service writes, live. */
export function Tab({ entity, entityRef }: EntityTabProps) {
  const { params, set } = useUrlState();
  const { board, environments, cells } = useService(entityRef);
  const running = environments.filter((environment) => cells[environment.name]?.deploymentId !== undefined);
  const environment = params.get('environment') ?? running[0]?.name;
  const [state, setState] = useState<{ lines: readonly LogLine[]; failed?: string }>({ lines: [] });
  const next = useRef(1);

  useEffect(() => {
    if (environment === undefined) return;
    let dead = false;
    setState({ lines: [] });
    api
      .get<readonly LogLine[]>('/api/orchestrator/logs', { component: entityRef, environment, tail: 2000 })
      .then((lines) => {
        if (dead) return;
        // Instances count their own lines; the view numbers what is shown.
        next.current = lines.length + 1;
        setState({ lines: lines.map((line, i) => ({ ...line, n: i + 1 })) });
      })
      .catch((error: unknown) => {
        if (!dead) setState({ lines: [], failed: error instanceof Error ? error.message : String(error) });
      });
    return () => {
      dead = true;
    };
  }, [entityRef, environment]);
  useEvents(['orchestrator.workload.logged'], (event) => {
    if (event.subject !== entityRef || event.data['environment'] !== environment) return;
    const fresh = ((event.data['lines'] ?? []) as readonly LogLine[]).map((line) => ({
      ...line,
      instance: line.instance ?? String(event.data['instance'] ?? ''),
      n: next.current++,
    }));
    setState((now) => ({ lines: [...now.lines, ...fresh].slice(-KEEP) }));
  });

  if (board.data && environment === undefined) {
    return (
      <State icon={IconFileText} title="Nothing runs yet">
        Logs appear here line by line once {entity.metadata.name} is deployed.
      </State>
    );
  }
  const cell = environment ? cells[environment] : undefined;
  return (
    <div
      style={{
        height: 'max(420px, calc(100dvh - 400px))',
        display: 'grid',
        border: '1px solid var(--p-border)',
        borderRadius: 8,
        overflow: 'hidden',
      }}
    >
      <LogView
        key={environment}
        lines={state.lines}
        live
        fileName={`${entity.metadata.name}-${environment ?? ''}.log`}
        title={
          cell?.health ? (
            <>
              <Glyph status={cell.health} />
              <span className="p-medium">{versionWords(cell.version)}</span>
              <span className="p-t3 hide-sm">{cell.reason ?? ''}</span>
            </>
          ) : (
            ''
          )
        }
        tools={
          running.length > 1 ? (
            <Segments
              label="Environment"
              value={environment ?? ''}
              onChange={(value) => set((query) => query.set('environment', value))}
              options={running.map((entry) => ({ value: entry.name, label: entry.title }))}
            />
          ) : undefined
        }
        empty={state.failed}
      />
    </div>
  );
}
