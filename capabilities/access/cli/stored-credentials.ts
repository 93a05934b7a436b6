import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { PavedError } from '@paved/kernel';

/** `credentials.json` in the settings folder: the server of the last sign-in, and a token per server URL. */
export interface StoredCredentials {
  current?: string;
  servers: Record<string, { token: string }>;
}

const fileIn = (settingsDir: string): string => path.join(settingsDir, 'credentials.json');

export function readStored(settingsDir: string): StoredCredentials {
  let text: string;
  try {
    text = readFileSync(fileIn(settingsDir), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { servers: {} };
    throw error;
  }
  try {
    const parsed = JSON.parse(text) as Partial<StoredCredentials>;
    return { ...(parsed.current === undefined ? {} : { current: parsed.current }), servers: parsed.servers ?? {} };
  } catch (cause) {
    throw new PavedError('invalid', `${fileIn(settingsDir)} is not JSON.`, { fix: 'Remove it and run paved login again.', cause });
  }
}

/** Writes it whole, readable by its owner only. */
export function writeStored(settingsDir: string, stored: StoredCredentials): void {
  mkdirSync(settingsDir, { recursive: true, mode: 0o700 });
  const temporary = `${fileIn(settingsDir)}.${process.pid}`;
  writeFileSync(temporary, `${JSON.stringify(stored, null, 2)}\n`, { mode: 0o600 });
  chmodSync(temporary, 0o600);
  renameSync(temporary, fileIn(settingsDir));
}

/** `http://host:port`, as credentials are filed. */
export const originOf = (url: string): string => new URL(url).origin;
