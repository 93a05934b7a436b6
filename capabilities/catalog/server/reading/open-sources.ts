import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { createGit, createReach, createSafeFetch, type AllowedHost } from '@paved/host';
import { parseDuration } from '@paved/kernel';
import { createGitFiles } from './git-files.ts';
import { createKeptReads } from './kept-reads.ts';
import { createSources, type Sources } from './sources.ts';

export interface ReadingSettings {
  readonly allow: readonly {
    readonly host: string;
    readonly paths?: readonly string[] | undefined;
    readonly ssh?: { readonly key?: string | undefined; readonly knownHosts?: string | undefined } | undefined;
  }[];
  readonly unlisted: boolean;
  readonly timeout: string;
  readonly maxMb: number;
  readonly maxRepositoryMb: number;
}

/** Everything that reads sources, as the configuration wants it. `dataDir` keeps what was read last. */
export function openSources(options: { settings: ReadingSettings; dataDir: string; platformData: string; now: () => Date }): {
  sources: Sources;
  /** Forgets what nobody read for long. */
  tidy(): Promise<void>;
} {
  const { settings, dataDir, now } = options;
  const home = path.join(dataDir, 'git-home');
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const allow = settings.allow.map(({ host, paths }): AllowedHost => (paths === undefined ? { host } : { host, paths }));
  const reach = createReach({
    allow,
    unlisted: settings.unlisted,
    setting: 'catalog.reading.allow',
  });
  const timeoutMs = parseDuration(settings.timeout);
  const maxBytes = Math.floor(settings.maxMb * 1024 ** 2);
  const kept = createKeptReads(path.join(dataDir, 'kept-reads'));
  const git = createGitFiles({
    git: createGit({ home }),
    reach,
    platformData: options.platformData,
    ssh: new Map(allow.map((entry, i) => [entry, settings.allow[i]?.ssh ?? {}])),
    folder: path.join(dataDir, 'git-sources'),
    maxFileBytes: maxBytes,
    maxRepositoryBytes: settings.maxRepositoryMb * 1024 ** 2,
    timeoutMs: timeoutMs * 10,
  });
  return {
    sources: createSources({ reach, git, kept, fetch: createSafeFetch(reach), now, maxBytes, timeoutMs }),
    async tidy() {
      await kept.tidy(now());
      await git.tidy(now());
    },
  };
}
