import { readFile } from 'node:fs/promises';
import path from 'node:path';

/** Name and version of a checkout's package.json; empty when there is none or it is broken. */
export async function readManifest(folder: string): Promise<{ name?: string; version?: string }> {
  try {
    const parsed = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8')) as { name?: unknown; version?: unknown };
    return {
      ...(typeof parsed.name === 'string' ? { name: parsed.name } : {}),
      ...(typeof parsed.version === 'string' ? { version: parsed.version } : {}),
    };
  } catch {
    return {};
  }
}
