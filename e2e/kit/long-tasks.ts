import type { Browser, Page } from 'playwright-core';

/** How long the tasks of a page's main thread took, longest first, in milliseconds. */
export interface Tasks {
  /** Of the processor: the same however busy the machine is. */
  readonly cpu: readonly number[];
  /** On the clock. */
  readonly wall: readonly number[];
  /** Which part of the time of all tasks the main thread waited, most of it for a processor that others used. */
  readonly waited: number;
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
  const sum = (times: readonly (number | undefined)[]): number => times.reduce<number>((all, time) => all + (time ?? 0), 0);
  const wall = sum(tasks.map((task) => task.dur));
  return {
    cpu: longest(tasks.map((task) => task.tdur)),
    wall: longest(tasks.map((task) => task.dur)),
    waited: wall === 0 ? 0 : 1 - sum(tasks.map((task) => task.tdur)) / wall,
  };
}

/** The longest task of a stretch of work. */
export interface LongestTask {
  /** As the page's own `PerformanceObserver` saw it: it tells of tasks of 50 ms and more; 0 when there was none. In milliseconds. */
  readonly observed: number;
  /** Of the processor, in milliseconds. */
  readonly cpu: number;
  readonly waited: number;
}

/** Watches for long tasks from within the page, as a user's browser would count them, and from outside. */
export async function longTasksWhile(browser: Browser, page: Page, work: () => Promise<void>): Promise<LongestTask> {
  const watch = await page.evaluateHandle(() => {
    const seen: number[] = [];
    const take = (entries: PerformanceEntryList) => seen.push(...entries.map((entry) => entry.duration));
    const observer = new PerformanceObserver((list) => take(list.getEntries()));
    observer.observe({ type: 'longtask' });
    return {
      end: () => {
        take(observer.takeRecords());
        observer.disconnect();
        return Math.max(0, ...seen);
      },
    };
  });
  const tasks = await tasksWhile(browser, page, work);
  const observed = await watch.evaluate(({ end }) => end());
  await watch.dispose();
  return { observed, cpu: tasks.cpu[0] ?? 0, waited: tasks.waited };
}

/** The round with the shortest longest task: the machine may be busy with something else for a while. The first without a long task ends it. */
export async function calmest(rounds: number, round: () => Promise<LongestTask>): Promise<LongestTask> {
  const all: LongestTask[] = [];
  for (let n = 0; n < rounds; n++) {
    all.push(await round());
    if (all.at(-1)?.observed === 0) break;
  }
  return all.toSorted((a, b) => a.observed - b.observed)[0] ?? { observed: 0, cpu: 0, waited: 1 };
}
