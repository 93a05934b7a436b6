import { api, pathOf, useEvents, type LogLine } from '@paved/ui';
import { useEffect, useRef, useState } from 'react';

interface LogPage {
  readonly items: readonly (LogLine & { readonly step: string })[];
  readonly pageInfo: { readonly nextCursor?: string };
}

/** The log of one step: read once, then grown by announcements; a gap is read again. */
export function useRunLog(runId: string, step: string | undefined): { lines: readonly LogLine[]; loaded: boolean } {
  const [state, setState] = useState<{ step: string | undefined; lines: readonly LogLine[]; loaded: boolean }>({
    step,
    lines: [],
    loaded: false,
  });
  const last = useRef(0);
  const reading = useRef(false);

  const read = async (after: number, signal: AbortSignal): Promise<void> => {
    if (step === undefined || reading.current) return;
    reading.current = true;
    try {
      let from = after;
      for (;;) {
        const page = await api.get<LogPage>(`/api/runs/${pathOf(runId)}/logs`, { step, after: from, limit: 5000 }, signal);
        const fresh = page.items.filter((line) => line.n > from);
        if (signal.aborted) return;
        const start = from;
        setState((now) => ({
          step,
          loaded: true,
          lines: start === 0 ? fresh : [...(now.step === step ? now.lines : []).filter((line) => line.n <= start), ...fresh],
        }));
        from = fresh.at(-1)?.n ?? from;
        last.current = from;
        if (fresh.length < 5000) return;
      }
    } catch {
      // The page shows the run's own error; the log is tried again with the next line.
    } finally {
      reading.current = false;
    }
  };
  const abort = useRef<AbortController>(undefined);
  useEffect(() => {
    abort.current = new AbortController();
    last.current = 0;
    reading.current = false;
    setState({ step, lines: [], loaded: false });
    void read(0, abort.current.signal);
    return () => abort.current?.abort();
  }, [runId, step]); // oxlint-disable-line react-hooks/exhaustive-deps -- `read` closes over both

  useEvents(['runs.log.appended', 'runs.step.changed'], (event) => {
    if (event.subject !== runId && event.data['id'] !== runId) return;
    const signal = abort.current?.signal;
    if (!signal) return;
    if (event.type === 'runs.step.changed') {
      void read(last.current, signal);
      return;
    }
    if (event.data['step'] !== step) return;
    const lines = (event.data['lines'] ?? []) as readonly LogLine[];
    const fresh = lines.filter((line) => line.n > last.current);
    if (fresh.length === 0) return;
    if (fresh[0]?.n !== last.current + 1) {
      void read(last.current, signal);
      return;
    }
    last.current = fresh.at(-1)?.n ?? last.current;
    setState((now) => (now.step === step ? { ...now, lines: [...now.lines, ...fresh] } : now));
  });
  return { lines: state.step === step ? state.lines : [], loaded: state.loaded && state.step === step };
}
