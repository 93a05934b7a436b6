import { readFileSync } from 'node:fs';
import path from 'node:path';

/** `credentials.json` in the settings folder, written by `paved login` (mode 0600). */
export interface Credentials {
  /** The server of the last sign-in. */
  readonly current?: string;
  readonly servers: Readonly<Record<string, { readonly token: string }>>;
}

export function readCredentials(settingsDir: string): Credentials {
  try {
    const parsed = JSON.parse(readFileSync(path.join(settingsDir, 'credentials.json'), 'utf8')) as Partial<Credentials>;
    return { ...(parsed.current === undefined ? {} : { current: parsed.current }), servers: parsed.servers ?? {} };
  } catch {
    return { servers: {} };
  }
}
