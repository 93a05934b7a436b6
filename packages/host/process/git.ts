import { spawn, type ChildProcess } from 'node:child_process';
import { PavedError } from '@paved/kernel';

export interface GitOptions {
  /** Bare repository (absolute path); without it git runs outside of any repository. */
  readonly repository?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Settings of this command alone, stronger than the fixed ones. */
  readonly config?: readonly (readonly [string, string])[];
  readonly input?: string | Buffer;
  /** Default 30 s. */
  readonly timeoutMs?: number;
  /** Default 32 MiB; beyond it the command is stopped. */
  readonly maxBytes?: number;
  /** Keep what came when there is more than `maxBytes`, instead of failing. */
  readonly truncate?: boolean;
  /** Exit codes that are answers, not failures. Default 0 only. */
  readonly codes?: readonly number[];
  readonly signal?: AbortSignal;
}

export interface GitResult {
  readonly code: number;
  readonly stdout: Buffer;
  readonly text: string;
  readonly stderr: string;
  readonly truncated: boolean;
}

/** Runs the git CLI: bounded time and output, an environment of its own, no shell, no hooks, no one's configuration. */
export interface Git {
  (args: readonly string[], options?: GitOptions): Promise<GitResult>;
  /** Starts git without waiting; the caller bounds it. In a process group of its own, so that `stopGroup` reaches its children. */
  start(args: readonly string[], options: Pick<GitOptions, 'env' | 'config' | 'repository'>): ChildProcess;
}

export interface GitSettings {
  /** An empty folder git may call home. */
  readonly home: string;
  /** Settings beside the safe ones, stronger than anything a repository says. */
  readonly config?: readonly (readonly [string, string])[];
}

/** Settings that hold for every git process: nothing that others wrote is started, no protocol is spoken that was not asked for. */
const safe: readonly (readonly [string, string])[] = [
  ['core.hooksPath', '/dev/null'],
  ['core.fsmonitor', 'false'],
  ['core.protectHFS', 'true'],
  ['core.protectNTFS', 'true'],
  ['core.quotePath', 'false'],
  ['core.bigFileThreshold', '32m'],
  ['core.attributesFile', '/dev/null'],
  ['safe.directory', '*'],
  ['gc.auto', '0'],
  ['gc.autoDetach', 'false'],
  ['maintenance.auto', 'false'],
  ['protocol.allow', 'never'],
];

export function createGit(settings: GitSettings): Git {
  const environment = (extra: GitOptions['env'] = {}, config: GitOptions['config'] = []): NodeJS.ProcessEnv => {
    const pairs = [...safe, ...(settings.config ?? []), ...config];
    return {
      PATH: process.env['PATH'],
      HOME: settings.home,
      LC_ALL: 'C',
      TZ: 'UTC',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_ATTR_NOSYSTEM: '1',
      GIT_TERMINAL_PROMPT: '0',
      GIT_ASKPASS: '/bin/false',
      GIT_OPTIONAL_LOCKS: '0',
      GIT_NO_REPLACE_OBJECTS: '1',
      GIT_NO_LAZY_FETCH: '1',
      GIT_LITERAL_PATHSPECS: '1',
      GIT_CONFIG_COUNT: String(pairs.length),
      ...Object.fromEntries(
        pairs.flatMap(([key, value], i) => [
          [`GIT_CONFIG_KEY_${i}`, key],
          [`GIT_CONFIG_VALUE_${i}`, value],
        ]),
      ),
      ...extra,
    };
  };
  const start: Git['start'] = (args, options) =>
    spawn('git', [...(options.repository === undefined ? [] : [`--git-dir=${options.repository}`]), ...args], {
      cwd: options.repository ?? settings.home,
      env: environment(options.env, options.config),
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: true,
    });
  const run = (args: readonly string[], options: GitOptions = {}): Promise<GitResult> =>
    new Promise((resolve, reject) => {
      const { timeoutMs = 30_000, maxBytes = 32 * 1024 ** 2, codes = [0], signal } = options;
      const child = start(args, options);
      const out: Buffer[] = [];
      let size = 0;
      let stderr = '';
      let ended: PavedError | undefined;
      let truncated = false;
      const end = (error: PavedError | undefined): void => {
        ended ??= error;
        stopGroup(child);
      };
      const timer = setTimeout(
        () => end(new PavedError('timeout', `git ${args[0] ?? ''} took longer than ${Math.round(timeoutMs / 1000)} s and was stopped.`)),
        timeoutMs,
      );
      const cancel = (): void => end(new PavedError('cancelled', `git ${args[0] ?? ''} was stopped.`));
      if (signal?.aborted === true) cancel();
      signal?.addEventListener('abort', cancel, { once: true });
      child.stdout?.on('data', (chunk: Buffer) => {
        if (truncated || ended !== undefined) return;
        size += chunk.length;
        if (size <= maxBytes) return void out.push(chunk);
        if (options.truncate !== true)
          return end(new PavedError('too_large', `git ${args[0] ?? ''} gave more than ${Math.round(maxBytes / 1024 ** 2)} MiB.`));
        out.push(chunk.subarray(0, chunk.length - (size - maxBytes)));
        truncated = true;
        stopGroup(child);
      });
      child.stderr?.on('data', (chunk: Buffer) => {
        if (stderr.length < 16_384) stderr += chunk.toString('utf8');
      });
      // git may end before it has read everything; its exit code says what that means.
      child.stdin?.on('error', () => {});
      child.stdin?.end(options.input);
      child.on('error', (error) => end(missing(error)));
      child.on('close', (code) => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', cancel);
        if (ended !== undefined) return reject(ended);
        const stdout = Buffer.concat(out);
        if (truncated || codes.includes(code ?? -1)) return resolve({ code: code ?? -1, stdout, stderr, truncated, get text() { return stdout.toString('utf8'); } }); // prettier-ignore
        reject(failure(args[0] ?? '', stderr));
      });
    });
  return Object.assign(run, { start });
}

/** Stops a process that `start` made, with everything it started. */
export function stopGroup(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function missing(error: Error): PavedError {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') return new PavedError('internal', 'git could not be started.', { cause: error });
  return new PavedError('unavailable', 'The program git is not installed on the server.', {
    fix: 'Install git 2.38 or newer.',
    cause: error,
  });
}

function failure(command: string, stderr: string): PavedError {
  if (/No space left on device|Disk quota exceeded/.test(stderr)) {
    return new PavedError('storage_full', 'The disk is full; nothing was changed.', {
      fix: 'Free space in the data directory.',
      cause: new Error(stderr),
    });
  }
  return new PavedError('internal', `git ${command} failed.`, { cause: new Error(stderr.trim()) });
}
