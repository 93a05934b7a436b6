import { execFile } from 'node:child_process';
import type { Actor } from '@paved/kernel';
import { audit, type AuditEntry } from '@paved/audit';
import { catalog } from '@paved/catalog';
import type { PlatformEvent } from '@paved/host';
import { testPlatform, type TestPlatform, type TestPlatformOptions } from '@paved/testing';
import { repositoriesCapability } from './index.ts';

/** A person for tests; the reference is also the token that `cloneUrl` carries. */
export const person = (name: string, role: Actor['role'] = 'developer', groups: readonly string[] = ['group:default/playback']): Actor => ({
  ref: `user:default/${name}`,
  displayName: name,
  role,
  ownershipRefs: [`user:default/${name}`, ...groups],
  door: 'git',
});

export interface Hosted extends TestPlatform {
  readonly audited: AuditEntry[];
  readonly refreshed: { type: string; target: string }[];
  cloneUrl(slug: string): string;
}

/** A platform with the built-in host on a real port; catalog and audit are stood in for. */
export async function hosted(options: Partial<TestPlatformOptions> = {}): Promise<Hosted> {
  const audited: AuditEntry[] = [];
  const refreshed: { type: string; target: string }[] = [];
  const paved = await testPlatform({
    capabilities: [repositoriesCapability],
    provide: [
      [audit, { record: async (entry: AuditEntry) => void audited.push(entry) }],
      [catalog, { add: () => {}, refresh: async (target: { type: string; target: string }) => void refreshed.push(target) }],
    ],
    listen: true,
    ...options,
  });
  return Object.assign(Object.create(paved) as TestPlatform, {
    audited,
    refreshed,
    cloneUrl: (slug: string) => `${paved.baseUrl()}/git/${slug}.git`,
    [Symbol.asyncDispose]: () => paved[Symbol.asyncDispose](),
  });
}

export interface Ran {
  readonly code: number;
  readonly output: string;
}

/** Runs the git CLI as a developer would; both streams in `output`. */
export function git(args: readonly string[], cwd?: string, more: Readonly<Record<string, string>> = {}): Promise<Ran> {
  const env = {
    PATH: process.env['PATH'],
    HOME: '/nonexistent',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_AUTHOR_NAME: 'Dev',
    GIT_AUTHOR_EMAIL: 'dev@example.com',
    GIT_COMMITTER_NAME: 'Dev',
    GIT_COMMITTER_EMAIL: 'dev@example.com',
    ...more,
  };
  return new Promise((resolve) => {
    execFile('git', ['-c', 'init.defaultBranch=main', ...args], { cwd, env, maxBuffer: 64 * 1024 ** 2 }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? 1), output: stdout + stderr });
    });
  });
}

/** Events of the outbox, oldest first. */
export async function eventsOf(paved: TestPlatform, type: string): Promise<PlatformEvent[]> {
  const { db } = paved.platform;
  const events = db.withSchema('host').selectFrom('event').selectAll().where('type', '=', type).orderBy('id');
  return (await events.execute()) as PlatformEvent[];
}
