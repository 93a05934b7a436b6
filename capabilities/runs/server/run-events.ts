import type { NewEvent } from '@paved/host';
import { RUN_CHANGED } from '../index.ts';
import type { RunRow } from './store.ts';

/** The event for a run's new state. `cancelling` asks the worker that carries it out to stop. */
export function runChanged(row: RunRow): NewEvent {
  return {
    type: RUN_CHANGED,
    subject: row.id,
    data: {
      id: row.id,
      kind: row.kind,
      status: row.status,
      title: row.title,
      subjects: row.subjects,
      ...(row.cancel !== null && row.ended_at === null ? { cancelling: true } : {}),
    },
  };
}
