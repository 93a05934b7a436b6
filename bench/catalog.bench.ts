import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  localToken,
  postgresPids,
  processTree,
  pssMb,
  removeFolder,
  startServer,
  temporaryFolder,
  type ServerProcess,
} from '@paved/testing';
import { figure, median, medianOfFive, type Benchmark } from './benchmark.ts';
import { random, writeCorpus, type Corpus } from './catalog-corpus.ts';
import { cpuWatch, load, type Load, type Question } from './catalog-load.ts';
import { startRaw } from './start-raw.ts';

const CONNECTIONS = 16;
const SECONDS = 2;

export const benchmark: Benchmark = {
  description: 'The catalog at 10,000 and 100,000 entities. --quick leaves out 100,000; --size N measures only N.',
  async run(say, flags = []) {
    const size = Number(flags[flags.indexOf('--size') + 1]);
    const folder = temporaryFolder();
    try {
      const template = await freshPlatform(folder);
      if (flags.includes('--size')) return await large(template, size, say);
      const small = await tenThousand(template, say);
      return flags.includes('--quick') ? small : { ...small, ...(await large(template, 100_000, say)) };
    } finally {
      removeFolder(folder);
    }
  },
};

/** A data directory that has been set up, and a token for it: what is measured begins after that. */
interface Template {
  readonly folder: string;
  readonly data: string;
  readonly token: string;
}

async function freshPlatform(folder: string): Promise<Template> {
  const data = path.join(folder, 'template');
  const server = await startServer(data);
  const token = localToken(data);
  await server.stop();
  return { folder, data, token };
}

/** A server that has taken in a corpus. */
interface Filled {
  readonly server: ServerProcess;
  readonly corpus: Corpus;
  readonly token: string;
  readonly data: string;
  readonly pids: () => number[];
  /** From ready to every entity visible. */
  readonly seconds: number;
  readonly cpuSeconds: number;
}

async function filled(template: Template, corpus: Corpus): Promise<Filled> {
  const data = path.join(template.folder, `data-${process.hrtime.bigint()}`);
  execFileSync('cp', ['-a', template.data, data]);
  let ready = 0;
  const server = await startServer(data, {
    environment: { PAVED_CATALOG_LOCATIONS: JSON.stringify([{ type: 'file', target: corpus.target }]) },
    onOutput: (text) => void (ready ||= text.includes('Paved is ready at') ? performance.now() : 0),
  });
  const pids = (): number[] => pidsOf({ server, data });
  const cpu = cpuWatch(pids);
  const total = async (filter: string): Promise<number> =>
    ((await ask(server, template.token, `/api/catalog/entities/by-query?limit=0&filter=${filter}`)) as { totalItems: number }).totalItems;
  const origin = encodeURIComponent(`metadata.annotations.backstage.io/managed-by-origin-location=file:${corpus.target}`);
  while ((await total('kind=component')) < corpus.components) await sleep(corpus.size > 20_000 ? 100 : 20);
  // The Location document and the entity that stands for the source come with it.
  while ((await total(origin)) < corpus.size + 2) await sleep(10);
  const seconds = (performance.now() - ready) / 1000;
  return { server, corpus, token: template.token, data, pids, seconds, cpuSeconds: cpu() / 1000 };
}

/** The server and its PostgreSQL, which is a child of it unless it was adopted. */
const pidsOf = ({ server, data }: Pick<Filled, 'server' | 'data'>): number[] => [
  ...new Set([...processTree(server.pid), ...postgresPids(data)]),
];

async function ask(server: ServerProcess, token: string, address: string, body?: unknown): Promise<unknown> {
  const response = await fetch(`${server.url}${address}`, {
    headers: { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${address} answered ${response.status}: ${text}`);
  return text === '' ? undefined : JSON.parse(text);
}

async function stop({ server, data }: Filled): Promise<void> {
  await server.stop();
  removeFolder(data);
}

/** Everything at 10,000 entities; each figure is the median of five rounds. */
async function tenThousand(template: Template, say: (text: string) => void): Promise<Record<string, number>> {
  const corpus = writeCorpus(path.join(template.folder, 'corpus-10000'), 10_000);
  let at: Filled | undefined;
  const cpu: number[] = [];
  const ingest = await medianOfFive(async (round) => {
    if (at !== undefined) await stop(at);
    at = await filled(template, corpus);
    cpu.push(at.cpuSeconds);
    say(`ingest ${round + 1}: ${at.seconds.toFixed(2)} s, ${at.cpuSeconds.toFixed(2)} CPU s`);
    return at.seconds;
  });
  if (at === undefined) throw new Error('Nothing was taken in.');
  try {
    say('settling 40 s (unused connections are closed), then memory, and 30 s idle');
    await sleep(40_000);
    const memory = pssMb(at.pids());
    const idleCpu = cpuWatch(at.pids);
    await sleep(30_000);
    const idle = idleCpu() / 300;
    const resync = await resyncSeconds(at, say);
    const raw = await startRaw(at.data);
    const figures: Record<string, number> = {};
    try {
      const { list, facets, by_name, fulltext } = questionsOf(at);
      const baseline: Question = { url: raw.url, path: () => `/${encodeURIComponent(corpus.refAt(Math.random()))}` };
      for (const [name, question] of Object.entries({ list, facets, by_name, fulltext }))
        Object.assign(figures, await measured(name, question, baseline, at, say));
    } finally {
      raw.stop();
    }
    return {
      ingest_10k_s: figure(ingest),
      ingest_10k_cpu_s: figure(median(cpu)),
      resync_s: figure(resync),
      idle_cpu_pct: figure(idle),
      memory_mb: Math.round(memory),
      ...figures,
    };
  } finally {
    await stop(at);
  }
}

/** One connection for latencies, sixteen for the rate, the raw server beside it in every round. */
async function measured(
  name: string,
  question: Question,
  baseline: Question,
  { pids }: Filled,
  say: (text: string) => void,
): Promise<Record<string, number>> {
  for (const each of [question, baseline]) await load(each, { connections: CONNECTIONS, seconds: 1, pids });
  const alone: Load[] = [];
  const many: Load[] = [];
  const raw: Load[] = [];
  for (let round = 0; round < 5; round++) {
    alone.push(await load(question, { connections: 1, seconds: SECONDS / 2, pids }));
    many.push(await load(question, { connections: CONNECTIONS, seconds: SECONDS, pids }));
    raw.push(await load(baseline, { connections: CONNECTIONS, seconds: SECONDS / 2, pids: () => [] }));
  }
  const figures = {
    [`${name}_p50_ms`]: figure(median(alone.map((r) => r.p50))),
    [`${name}_p95_ms`]: figure(median(alone.map((r) => r.p95))),
    [`${name}_rps`]: Math.round(median(many.map((r) => r.rps))),
    [`${name}_cpu_ms`]: figure(median(many.map((r) => r.cpu))),
    [`${name}_of_raw`]: figure(median(many.map((r, i) => r.rps / (raw[i]?.rps ?? Number.NaN)))),
  };
  say(`${name}: ${JSON.stringify(figures)}`);
  return figures;
}

/** A larger catalog: ingestion once, then no query may be slow. */
async function large(template: Template, size: number, say: (text: string) => void): Promise<Record<string, number>> {
  const label = size % 1_000_000 === 0 ? `${size / 1_000_000}m` : `${size / 1000}k`;
  const corpus = writeCorpus(path.join(template.folder, `corpus-${size}`), size);
  const at = await filled(template, corpus);
  try {
    say(`ingest of ${size}: ${at.seconds.toFixed(1)} s, ${at.cpuSeconds.toFixed(1)} CPU s`);
    await settled(at);
    const figures: Record<string, number> = {
      [`ingest_${label}_s`]: figure(at.seconds),
      [`ingest_${label}_cpu_s`]: figure(at.cpuSeconds),
      [`memory_${label}_mb`]: Math.round(pssMb(at.pids())),
    };
    let worst = 0;
    for (const [name, question] of Object.entries(questionsOf(at))) {
      await load(question, { connections: 1, seconds: 1, pids: () => [] });
      const result = await load(question, { connections: 1, seconds: 3, pids: at.pids });
      worst = Math.max(worst, result.p95);
      figures[`${name}_${label}_p50_ms`] = figure(result.p50);
      figures[`${name}_${label}_p95_ms`] = figure(result.p95);
      say(`${name} at ${size}: p50 ${result.p50.toFixed(2)} ms, p95 ${result.p95.toFixed(2)} ms, ${result.cpu.toFixed(2)} CPU ms`);
    }
    figures[`worst_${label}_p95_ms`] = figure(worst);
    for (const [name, ms] of Object.entries(await afterWrites(at))) figures[`${name}_after_write_${label}_ms`] = figure(ms);
    figures[`resync_${label}_s`] = figure(await resyncSeconds(at, say, 3));
    return figures;
  } finally {
    await stop(at);
  }
}

/** Waits until the work that follows a large ingestion is done, and unused connections are closed. */
async function settled({ pids }: Filled): Promise<void> {
  const began = performance.now();
  for (let quiet = 0; quiet < 2 || performance.now() - began < 40_000;) {
    const used = cpuWatch(pids);
    await sleep(5000);
    quiet = used() < 1000 ? quiet + 1 : 0;
  }
}

type QuestionName = 'list' | 'facets' | 'by_name' | 'fulltext' | 'by_title' | 'by_owner' | 'by_relation' | 'by_system';

/** What is asked, with other parameters each time where people would. */
function questionsOf({ server, corpus, token }: Filled): Record<QuestionName, Question> {
  const next = random(7);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)] as T;
  const byQuery = (parameters: string): string => `/api/catalog/entities/by-query?limit=20&${parameters}`;
  /** Part of a word, so that hardly any text is asked for twice. */
  const part = (word: string): string => {
    const from = Math.floor(next() * Math.max(1, word.length - 4));
    return word.slice(from, from + 4 + Math.floor(next() * 4));
  };
  const short = (ref: string): string => ref.slice(ref.indexOf('/') + 1);
  const paths: Record<QuestionName, () => string> = {
    list: () => byQuery('filter=kind=component&orderField=metadata.name,asc'),
    facets: () => '/api/catalog/entity-facets?facet=spec.type&filter=kind=component',
    by_name: () => {
      const [kind, rest] = corpus.refAt(next()).split(':');
      return `/api/catalog/entities/by-name/${kind}/${rest}`;
    },
    fulltext: () =>
      byQuery(
        `fullTextFilterTerm=${part(pick(corpus.words))}&fullTextFilterFields=metadata.name,metadata.title,metadata.description&orderField=metadata.name,asc`,
      ),
    by_title: () => byQuery('filter=kind=component&orderField=metadata.title,asc'),
    by_owner: () => byQuery(`filter=kind=component,spec.owner=${short(pick(corpus.groups))}&orderField=metadata.name,asc`),
    by_relation: () => byQuery(`filter=relations.ownedBy=${pick(corpus.groups)}&orderField=metadata.name,asc`),
    by_system: () => byQuery(`filter=kind=component,relations.partOf=${pick(corpus.systems)}`),
  };
  return Object.fromEntries(Object.entries(paths).map(([name, at]) => [name, { url: server.url, path: at, token }])) as Record<
    QuestionName,
    Question
  >;
}

/** The first list and facets after something changed, when nothing is remembered. Median of five, in ms. */
async function afterWrites({ server, token }: Filled): Promise<Record<'list' | 'facets', number>> {
  const times: Record<'list' | 'facets', number[]> = { list: [], facets: [] };
  const change = (round: number): Promise<unknown> =>
    ask(server, token, '/api/catalog/apply', {
      documents: [
        {
          apiVersion: 'backstage.io/v1alpha1',
          kind: 'Component',
          metadata: { name: 'written-by-bench', description: `round ${round}` },
          spec: { type: 'service', lifecycle: 'production', owner: 'group-0' },
        },
      ],
    });
  for (let round = 0; round < 5; round++) {
    for (const [name, address] of [
      ['list', '/api/catalog/entities/by-query?limit=20&filter=kind=component&orderField=metadata.name,asc'],
      ['facets', '/api/catalog/entity-facets?facet=spec.type&filter=kind=component'],
    ] as const) {
      await change(round * 2 + (name === 'list' ? 0 : 1));
      const started = performance.now();
      await ask(server, token, address);
      times[name].push(performance.now() - started);
    }
  }
  return { list: median(times.list), facets: median(times.facets) };
}

/** Reads the source again when nothing changed: the run from its start to its end. */
async function resyncSeconds({ server, corpus, token }: Filled, say: (text: string) => void, rounds = 5): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const started = performance.now();
    await ask(server, token, '/api/catalog/refresh', { entityRef: corpus.refAt(0) });
    const { items } = (await ask(server, token, '/api/runs?kind=catalog.location.sync&limit=1')) as { items: { id: string }[] };
    const run = (await ask(server, token, `/api/runs/${items[0]?.id}?wait=60`)) as { status: string };
    if (run.status !== 'succeeded') throw new Error(`Reading the source again: ${JSON.stringify(run)}`);
    times.push((performance.now() - started) / 1000);
  }
  say(`unchanged source read again: ${times.map((t) => t.toFixed(2)).join(', ')} s`);
  return median(times);
}
