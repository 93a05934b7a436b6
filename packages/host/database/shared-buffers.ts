import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';

const LEAST_MB = 48;
const MOST_MB = 512;
/** One page in so many of the data is kept at hand: what lists and searches of a large catalog look through fits in. */
const PART = 16;
/** And never more than this part of the machine's memory. */
const OF_MEMORY = 8;

/**
 * PostgreSQL's page cache in MB for data of a size: small on a laptop, larger once a start finds much data. PostgreSQL cannot change
 * it while it runs, so it follows the data from start to start.
 */
export function sharedBuffersMb(dataBytes: number, memoryBytes: number): number {
  const most = Math.min(MOST_MB, memoryBytes / 1024 ** 2 / OF_MEMORY);
  return Math.round(Math.max(LEAST_MB, Math.min(most, dataBytes / 1024 ** 2 / PART)));
}

/** Bytes of all tables and indexes of a cluster; 0 when they may not be read. */
export function tableBytes(cluster: string): number {
  const base = path.join(cluster, 'base');
  try {
    return readdirSync(base, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .reduce((sum, file) => sum + (statSync(path.join(file.parentPath, file.name), { throwIfNoEntry: false })?.size ?? 0), 0);
  } catch {
    return 0;
  }
}
