import { formatDuration } from '@paved/kernel';
import type { Run, RunStep } from '@paved/runs';
import { clockTime, longDay, statusOfRun, statusWord, timeWords, type Step, type StatusName } from '@paved/ui';
import { causeWords as causes } from '../model/cause-words.ts';

/** Events after which runs are read again. */
export const RUN_EVENTS = ['runs.run.changed', 'runs.step.changed'];

/** "Running, 38 s" and its glyph. */
export function runWords(run: Run, now: Date): { status: StatusName; words: string } {
  const status = statusOfRun(run.status);
  const started = run.startedAt ?? run.createdAt;
  const took = (run.endedAt ? Date.parse(run.endedAt) : now.getTime()) - Date.parse(started);
  const word = run.status === 'succeeded' ? 'Done' : run.status === 'running' ? 'Running' : statusWord(status);
  if (run.status === 'queued') return { status, words: `Queued ${timeWords(new Date(run.createdAt), now)}` };
  return { status, words: `${word}, ${run.endedAt ? formatDuration(Math.max(0, took)) : `${Math.max(0, Math.floor(took / 1000))} s`}` };
}

/** A step as the step list draws it. */
export const stepOf = (step: RunStep): Step => ({
  id: step.id,
  title: step.title,
  status: statusOfRun(step.status),
  attempt: step.attempt,
  ...(step.parent ? { parent: step.parent } : {}),
  ...(step.startedAt ? { startedAt: step.startedAt } : {}),
  ...(step.endedAt ? { endedAt: step.endedAt } : {}),
});

/** The step people want to see first: the failed one, else the running one, else the longest. */
export function stepToShow(run: Run): string | undefined {
  const failed = run.steps.find((step) => step.status === 'failed');
  const running = run.steps.findLast((step) => step.status === 'running');
  const took = (step: RunStep): number => (step.startedAt && step.endedAt ? Date.parse(step.endedAt) - Date.parse(step.startedAt) : 0);
  // Of a run that went well, the step that took longest has most to tell.
  const longest = run.steps.toSorted((a, b) => took(b) - took(a))[0];
  return (failed ?? running ?? longest)?.id;
}

/** Why it started, in words. */
export const causeWords = (run: Run): string => causes[run.cause.type];

/** "Started 14:02:10", with the day when that was not today. */
export function startedWords(run: Run, now: Date): string {
  const at = new Date(run.startedAt ?? run.createdAt);
  return at.toDateString() === now.toDateString() ? `Started ${clockTime(at)}` : `Started ${longDay(at)}, ${clockTime(at)}`;
}

/** The kinds of runs that Paved itself knows, in words. */
export const kinds: Readonly<Record<string, string>> = {
  'templates.template.execute': 'Golden path',
  'pipelines.pipeline.execute': 'Pipeline',
  'orchestrator.deployment.apply': 'Deployment',
  'orchestrator.resource.destroy': 'Removal of data',
  'catalog.location.sync': 'Catalog sync',
  'services.service.import': 'Import',
  'services.service.delete': 'Removal',
};
/** A kind in words: "templates.template.execute" → "Golden path". */
export const kindWords = (kind: string): string => kinds[kind] ?? kind;
