import { serviceRef } from '@paved/kernel';

/** The kind of the runs that carry out pipelines. */
export const PIPELINE_RUN_KIND = 'pipelines.pipeline.execute';

/** What a command may use. */
export interface CommandLimits {
  readonly memoryMb: number;
  readonly timeoutMs: number;
  readonly outputBytes: number;
  /** CPUs, fractions allowed. */
  readonly cpus: number;
}

/** What a command reaches: everything that this machine does, or nothing. */
export type CommandNetwork = 'host' | 'none';

export interface Command {
  /** A shell line, run by `sh -c`. */
  readonly line: string;
  readonly folder: string;
  /** The whole environment; nothing is inherited but a minimal PATH. */
  readonly environment: Readonly<Record<string, string>>;
  readonly limits: CommandLimits;
  /** Folders besides `folder` that may be written (caches), and that may be read. */
  readonly writable?: readonly string[];
  readonly readable?: readonly string[];
  /** `none`: no network but a loopback of its own, where the machine can do that. Default `host`. */
  readonly network?: CommandNetwork;
  readonly signal: AbortSignal;
  onOutput(text: string, stream: 'stdout' | 'stderr'): void;
}

export interface CommandResult {
  readonly exitCode: number;
  /** Why it was stopped, when it was. */
  readonly stopped?: 'timeout' | 'memory' | 'output' | 'cancelled';
  readonly durationMs: number;
  readonly cpuMs?: number;
}

/** Runs what strangers wrote, isolated; implemented by `drivers/sandbox`. */
export interface CommandRunner {
  /** For `paved doctor`: how commands are isolated on this machine, one sentence. */
  readonly isolation: string;
  run(command: Command): Promise<CommandResult>;
}

/** An artifact as the pipeline stored it. */
export interface StoredArtifact {
  readonly digest: string;
  readonly type: 'archive' | 'image';
  readonly location: string;
  readonly size: number;
  readonly version: string;
  readonly repository: string;
  readonly commit: string;
  /** Digests of the CycloneDX SBOM and of the signed SLSA provenance in the same store. */
  readonly sbom?: string;
  readonly provenance?: string;
}

export interface Pipelines {
  /** The newest artifact built from this commit, if any. */
  artifactOf(repository: string, commit: string): Promise<StoredArtifact | undefined>;
  /** The id of the newest pipeline run for this commit; waits up to `waitMs` for the push to be noticed. */
  runOf(repository: string, commit: string, waitMs?: number): Promise<string | undefined>;
}

export const pipelines = serviceRef<Pipelines>('pipelines');
