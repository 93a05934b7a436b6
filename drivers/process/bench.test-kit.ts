import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createLogger } from '@paved/host';
import type { JsonObject } from '@paved/kernel';
import type { Driver, DriverCall, DriverContext, DriverInput, DriverResult, LogLine, WorkloadInputs } from '@paved/orchestrator';
import { createProcessDriver, type ProcessDriverOptions } from './index.ts';

/** What tests of the driver stand on: a data directory, artifacts made of small scripts, and a driver on them. */
export interface Bench extends AsyncDisposable {
  readonly dataDir: string;
  readonly changes: string[];
  readonly lines: LogLine[];
  driver(options?: ProcessDriverOptions, context?: Partial<DriverContext>): Promise<Driver>;
  artifact(files: Readonly<Record<string, string>>): { digest: string; type: 'archive'; location: string };
}

export const secretOf = (name: string): string => `secret-of-${name}`;

export function testContext(dataDir: string, over: Partial<DriverContext> = {}): DriverContext {
  return {
    dataDir,
    log: createLogger({ level: process.env['PAVED_TEST_LOG'] ?? 'silent', pretty: true }),
    now: () => new Date(),
    config: { ingressPort: 0, host: '127.0.0.1' },
    changed: () => {},
    lines: () => {},
    baseUrl: () => 'http://127.0.0.1:7420',
    reveal: async (ref) => secretOf(ref.path),
    ...over,
  };
}

export const quick = { readyMs: 8_000, drainMs: 2_000, graceMs: 1_500 } as const;

export function openBench(): Bench {
  const dataDir = mkdtempSync(path.join(os.tmpdir(), 'paved-process-'));
  const drivers: Driver[] = [];
  const bench: Bench = {
    dataDir,
    changes: [],
    lines: [],
    async driver(options = {}, context = {}) {
      const factory = createProcessDriver({ ...options, limits: { ...quick, ...options.limits } });
      const folder = path.join(dataDir, 'process');
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      const driver = await factory(
        testContext(folder, {
          changed: (uid) => void bench.changes.push(uid),
          lines: (_uid, lines) => void bench.lines.push(...lines),
          ...context,
        }),
      );
      drivers.push(driver);
      return driver;
    },
    artifact(files) {
      const folder = mkdtempSync(path.join(dataDir, 'files-'));
      for (const [name, text] of Object.entries(files)) {
        mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
        writeFileSync(path.join(folder, name), text);
      }
      const location = `${folder}.tar.gz`;
      execFileSync('tar', ['-czf', location, '-C', folder, '.']);
      return { digest: `sha256:${createHash('sha256').update(readFileSync(location)).digest('hex')}`, type: 'archive', location };
    },
    async [Symbol.asyncDispose]() {
      for (const driver of drivers.toReversed()) await driver.stop?.();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
  return bench;
}

export function inputOf(uid: string, inputs: Partial<WorkloadInputs>): DriverInput {
  const whole: WorkloadInputs = {
    name: uid,
    version: '1',
    class: 'default',
    replicas: 1,
    containers: { main: { image: '.', command: ['node', 'main.js'], variables: {}, files: {}, volumes: {} } },
    ports: { web: { port: 8080, targetPort: 8080, protocol: 'TCP' } },
    routes: [{ host: `${uid}.localhost`, path: '/', port: 'web' }],
    ...inputs,
  };
  return {
    uid,
    type: 'workload',
    class: 'default',
    id: uid,
    component: `component:default/${uid}`,
    environment: 'dev',
    inputs: JSON.parse(JSON.stringify(whole)) as JsonObject,
  };
}

export const testCall: DriverCall = {
  idempotencyKey: 'test',
  signal: new AbortController().signal,
  log: () => {},
  reveal: async (ref) => secretOf(ref.path),
};

/** Where a workload answers, taken from the driver's own answer. */
export const portOf = (result: DriverResult): number => Number(new URL(String(result.outputs['url'])).port);

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers: http.IncomingHttpHeaders;
}

/** A request to the ingress, as a browser would send it to `<host>.localhost`. */
export function ask(
  port: number,
  host: string,
  url = '/',
  options: http.RequestOptions & { body?: string | Buffer } = {},
): Promise<Answer> {
  const { body, ...rest } = options;
  return new Promise((resolve, reject) => {
    const request = http.request(
      {
        host: '127.0.0.1',
        port,
        path: url,
        agent: false,
        ...rest,
        headers: { host: `${host}:${port}`, ...(rest.headers as Record<string, string>) },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString(), headers: response.headers }),
        );
        response.on('error', reject);
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}

/** Waits until the condition holds. */
export async function eventually(condition: () => boolean | Promise<boolean>, withinMs = 8_000): Promise<number> {
  const since = Date.now();
  while (!(await condition())) {
    if (Date.now() - since > withinMs) throw new Error(`Not within ${withinMs} ms: ${condition.toString()}`);
    await sleep(15);
  }
  return Date.now() - since;
}

/** A service that says its version, its pid and whatever else it is asked for. */
export const service = (version: string): string => `
const http = require('node:http');
const server = http.createServer((request, response) => {
  if (request.url === '/healthz') return response.end('ok');
  if (request.url === '/pid') return response.end(String(process.pid));
  if (request.url === '/headers') return response.end(JSON.stringify(request.headers));
  if (request.url === '/env') return response.end(JSON.stringify(process.env));
  if (request.url === '/slow') return setTimeout(() => response.end('${version}'), 800);
  if (request.url === '/echo') return request.pipe(response);
  if (request.url === '/say') { console.log('said ' + process.env.TOKEN); console.error('to stderr'); return response.end(); }
  if (request.url === '/exit') { console.error('leaving'); process.exit(3); }
  if (request.url === '/events') {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    let n = 0;
    const timer = setInterval(() => response.write('data: ' + n++ + '\\n\\n'), 50);
    return response.on('close', () => clearInterval(timer));
  }
  response.end('${version}');
});
server.listen(Number(process.env.PORT), '127.0.0.1', () => console.log('${version} listens'));
process.on('SIGTERM', () => { server.close(() => process.exit(0)); server.closeIdleConnections(); });
`;
