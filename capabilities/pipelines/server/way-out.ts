import { readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/**
 * How commands of pipelines get out of this machine, as variables: the proxies that the server was started with, and the npm registry that
 * the server's user installs from. What carries a password is left out: strangers' code would read it.
 */
export function wayOut(environment: NodeJS.ProcessEnv = process.env, home: string = os.homedir()): Record<string, string> {
  const found: Record<string, string> = {};
  const take = (name: string, value: string | undefined): void => {
    if (value !== undefined && value !== '' && !carriesPassword(value)) found[name] = value;
  };
  for (const name of ['http_proxy', 'https_proxy', 'no_proxy']) for (const key of [name, name.toUpperCase()]) take(key, environment[key]);
  take('npm_config_registry', environment['npm_config_registry'] ?? registryIn(path.join(home, '.npmrc')));
  return found;
}

function carriesPassword(value: string): boolean {
  // Lists of hosts are no addresses, and carry none.
  return /^\w+:\/\//.test(value) && (!URL.canParse(value) || new URL(value).username !== '' || new URL(value).password !== '');
}

function registryIn(file: string): string | undefined {
  try {
    return /^\s*registry\s*=\s*["']?([^\s"']+)/m.exec(readFileSync(file, 'utf8'))?.[1];
  } catch {
    return undefined;
  }
}
