import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { InjectOptions } from 'fastify';
import { systemActor, type Actor, type ServiceRef } from '@paved/kernel';
import {
  configSchema,
  createLogger,
  createPlatform,
  type Capability,
  type Config,
  type ConfigSource,
  type Guard,
  type Platform,
} from '@paved/host';
import { testDatabase } from './test-database.ts';

export interface TestPlatformOptions {
  // oxlint-disable-next-line typescript/no-explicit-any -- a list of capabilities with different services
  readonly capabilities: readonly Capability<any, any>[];
  /** Services standing in for capabilities that are left out. */
  readonly provide?: readonly (readonly [ServiceRef<unknown>, unknown])[];
  /** Who sends requests when `access` is left out; default an administrator. */
  readonly actor?: Actor;
  /** Default allows everything; unused when `access` is among the capabilities. */
  readonly authorize?: Guard['decide'];
  /** Parts of the configuration over test defaults. */
  readonly config?: { readonly [K in keyof Config]?: Partial<Config[K]> };
  /** Where each setting came from, as `loadConfig` says it. */
  readonly settings?: readonly ConfigSource[];
  /** Listen on a free loopback port (for real HTTP, Git, streams). */
  readonly listen?: boolean;
  /** Reuse another test platform's database and data directory (a second replica, or a restart). */
  readonly beside?: { readonly databaseUrl: string; readonly dataDir: string };
  /** `debug` shows the platform's log. */
  readonly logLevel?: string;
}

/** A platform with a throw-away database and data directory, gone at the end of the test. */
export interface TestPlatform extends AsyncDisposable {
  readonly platform: Platform;
  readonly databaseUrl: string;
  readonly dataDir: string;
  service<T>(ref: ServiceRef<T>): T;
  /** A request through the whole stack; JSON body and answer. */
  request(
    method: InjectOptions['method'] & string,
    url: string,
    options?: { body?: unknown; headers?: Record<string, string>; as?: Actor },
  ): Promise<TestResponse>;
  baseUrl(): string;
  /** Moves the platform's clock forward. */
  advance(ms: number): void;
  /** Stops and starts again on the same database and data directory. */
  restart(): Promise<void>;
}

export interface TestResponse {
  readonly status: number;
  readonly headers: Record<string, string | string[] | number | undefined>;
  readonly text: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into answers freely
  readonly json: any;
}

const ACTOR_HEADER = 'x-test-actor';

export const testActor: Actor = {
  ref: 'user:default/tess',
  displayName: 'Tess',
  role: 'administrator',
  ownershipRefs: ['user:default/tess'],
  door: 'api',
};

export async function testPlatform(options: TestPlatformOptions): Promise<TestPlatform> {
  const own = options.beside === undefined ? await testDatabase() : undefined;
  const databaseUrl = options.beside?.databaseUrl ?? own?.url ?? '';
  const dataDir = options.beside?.dataDir ?? mkdtempSync(path.join(os.tmpdir(), 'paved-test-'));
  let offset = 0;
  const actors = new Map<string, Actor>([[systemActor.ref, systemActor]]);
  const make = async (): Promise<Platform> => {
    const overrides = Object.fromEntries(Object.entries(options.config ?? {}).map(([section, values]) => [section, values]));
    const config = configSchema.parse({
      ...overrides,
      server: { port: 0, ingressPort: 0, ...options.config?.server },
      data: { directory: dataDir, minimumFreeMb: 0, ...options.config?.data },
      database: { url: databaseUrl, poolSize: 10, ...options.config?.database },
    });
    const platform = await createPlatform({
      config,
      log: createLogger({ level: options.logLevel ?? process.env['PAVED_TEST_LOG'] ?? 'silent', pretty: true }),
      version: '0.0.0-test',
      capabilities: options.capabilities,
      now: () => new Date(Date.now() + offset),
      ...(options.settings === undefined ? {} : { settings: options.settings }),
      ...(options.provide === undefined ? {} : { provide: options.provide }),
      authenticate: async (request) => actors.get(String(request.headers[ACTOR_HEADER] ?? '')) ?? options.actor ?? testActor,
      authorize: options.authorize ?? (() => ({ allowed: true })),
    });
    if (options.listen === true) await platform.listen();
    return platform;
  };
  let platform = await make();
  return {
    get platform() {
      return platform;
    },
    databaseUrl,
    dataDir,
    service: (ref) => platform.service(ref),
    baseUrl: () => platform.baseUrl(),
    async request(method, url, { body, headers, as } = {}) {
      if (as !== undefined) actors.set(as.ref, as);
      const response = await platform.app.inject({
        method: method as 'GET',
        url,
        headers: { ...headers, ...(as === undefined ? {} : { [ACTOR_HEADER]: as.ref }) },
        ...(body === undefined ? {} : { payload: body as object }),
      });
      return {
        status: response.statusCode,
        headers: response.headers,
        text: response.body,
        get json() {
          return JSON.parse(response.body);
        },
      };
    },
    advance(ms) {
      offset += ms;
    },
    async restart() {
      await platform.stop();
      platform = await make();
    },
    async [Symbol.asyncDispose]() {
      await platform.stop();
      if (options.beside === undefined) {
        await own?.[Symbol.asyncDispose]();
        rmSync(dataDir, { recursive: true, force: true });
      }
    },
  };
}
