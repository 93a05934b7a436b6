import type { RunStep, StepStatus } from '../index.ts';
import type { Checkpoint, StepTable } from './tables.ts';
import type { Selectable } from 'kysely';

/** A step in the memory of the worker that carries it out. */
export interface StepRecord {
  readonly id: string;
  readonly place: number;
  title: string;
  parent: string | undefined;
  status: StepStatus;
  attempt: number;
  startedAt: Date | undefined;
  endedAt: Date | undefined;
  error: string | undefined;
  shown: unknown;
  checkpoint: Checkpoint | undefined;
}

export function pendingStep(id: string, place: number, title: string, parent?: string): StepRecord {
  return {
    id,
    place,
    title,
    parent,
    status: 'pending',
    attempt: 0,
    startedAt: undefined,
    endedAt: undefined,
    error: undefined,
    shown: undefined,
    checkpoint: undefined,
  };
}

export function stepFromRow(row: Selectable<StepTable>): StepRecord {
  return {
    id: row.id,
    place: row.place,
    title: row.title,
    parent: row.parent ?? undefined,
    status: row.status,
    attempt: row.attempt,
    startedAt: row.started_at ?? undefined,
    endedAt: row.ended_at ?? undefined,
    error: row.error ?? undefined,
    shown: row.shown ?? undefined,
    checkpoint: row.checkpoint ?? undefined,
  };
}

/** The step as clients see it. */
export function toRunStep(step: StepRecord): RunStep {
  return {
    id: step.id,
    title: step.title,
    ...(step.parent === undefined ? {} : { parent: step.parent }),
    status: step.status,
    attempt: step.attempt,
    ...(step.startedAt === undefined ? {} : { startedAt: step.startedAt.toISOString() }),
    ...(step.endedAt === undefined ? {} : { endedAt: step.endedAt.toISOString() }),
    ...(step.error === undefined ? {} : { error: step.error }),
    ...(step.shown === undefined ? {} : { output: step.shown }),
  };
}
