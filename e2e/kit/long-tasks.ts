import type { Browser, Page } from 'playwright-core';

/** How long the tasks of a page's main thread took, longest first, in milliseconds. */
export interface Tasks {
  /** Of the processor: the same however busy the machine is. */
  readonly cpu: readonly number[];
  /** On the clock, as `PerformanceObserver` counts them. */
  readonly wall: readonly number[];
}

interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  readonly dur?: number;
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

/** Records every task of the main thread while something happens. */
export async function tasksWhile(browser: Browser, page: Page, work: () => Promise<void>): Promise<Tasks> {
  await browser.startTracing(page, { categories: ['toplevel', 'disabled-by-default-devtools.timeline'] });
  await work();
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString('utf8')) as { traceEvents: readonly TraceEvent[] };
  const main = new Set(
    traceEvents
      .filter((event) => event.name === 'thread_name' && event.args?.name === 'CrRendererMain')
      .map((event) => `${event.pid} ${event.tid}`),
  );
  const tasks = traceEvents.filter((event) => event.name.endsWith('RunTask') && main.has(`${event.pid} ${event.tid}`));
  const longest = (times: readonly (number | undefined)[]): number[] =>
    times
      .map((time) => (time ?? 0) / 1000)
      .toSorted((a, b) => b - a)
      .slice(0, 10);
  return { cpu: longest(tasks.map((task) => task.tdur)), wall: longest(tasks.map((task) => task.dur)) };
}
