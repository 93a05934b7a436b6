import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { createApiClient, type CliContext } from '@paved/client';
import { PavedError } from '@paved/kernel';
import { configureGit, forgetInGit } from './git-credential.ts';
import { originOf, readStored, writeStored } from './stored-credentials.ts';

interface DeviceCode {
  readonly device_code: string;
  readonly user_code: string;
  readonly verification_uri: string;
  readonly verification_uri_complete: string;
  readonly interval: number;
}

/** The device flow: a code here, a click in the browser, a token in the person's own settings. */
export async function login(cli: CliContext, options: { withToken?: boolean; git: boolean; browser: boolean }): Promise<void> {
  const { server } = cli.api;
  const { token, alias } =
    options.withToken === true ? { token: (await text(process.stdin)).trim(), alias: server } : await deviceFlow(cli, options.browser);
  const { actor } = await createApiClient({ server, token }).get<{ actor: { displayName: string; role: string; ref: string } }>(
    '/api/access/session',
  );
  const servers = [...new Set([originOf(server), originOf(alias)])];
  const stored = readStored(cli.settingsDir);
  for (const origin of servers) stored.servers[origin] = { token };
  writeStored(cli.settingsDir, { ...stored, current: originOf(server) });
  cli.say(`Signed in to ${server} as ${actor.displayName} (${actor.role}).`);
  const gitConfigured = options.git && configureGit(servers);
  if (gitConfigured) cli.say('Git uses this sign-in for repositories of this server.');
  if (cli.format !== 'table') cli.show({ server, ref: actor.ref, role: actor.role, git: gitConfigured });
}

/** Ends the session there and forgets it here. */
export async function logout(cli: CliContext): Promise<void> {
  const { server } = cli.api;
  const stored = readStored(cli.settingsDir);
  const token = stored.servers[originOf(server)]?.token;
  if (token === undefined) {
    cli.say(`You are not signed in to ${server}.`);
    return;
  }
  const forgotten = Object.keys(stored.servers).filter((origin) => stored.servers[origin]?.token === token);
  for (const origin of forgotten) delete stored.servers[origin];
  if (stored.current !== undefined && forgotten.includes(stored.current)) delete stored.current;
  writeStored(cli.settingsDir, stored);
  forgetInGit(forgotten);
  const ended = await endThere(server, token);
  cli.say(
    ended ? `Signed out of ${server}.` : `Forgot the sign-in to ${server}; the token itself stays valid until it is revoked or expires.`,
  );
}

async function endThere(server: string, token: string): Promise<boolean> {
  try {
    await createApiClient({ server, token }).post('/api/access/sign-out');
    return true;
  } catch {
    return false; // a personal token, an ended session, or a server that is away
  }
}

async function deviceFlow(cli: CliContext, openBrowser: boolean): Promise<{ token: string; alias: string }> {
  const { server } = cli.api;
  const started = await post<DeviceCode>(server, '/api/access/device/code', {}, cli.signal);
  if ('error' in started) throw new PavedError('unavailable', started.error_description);
  process.stderr.write(`Open ${started.verification_uri_complete}\nand check that it shows ${started.user_code}.\n`);
  if (openBrowser && cli.interactive) openInBrowser(started.verification_uri_complete);
  let interval = started.interval;
  for (;;) {
    await sleep(interval * 1000, undefined, { signal: cli.signal });
    const answer = await post<{ access_token: string }>(
      server,
      '/api/access/device/token',
      { device_code: started.device_code },
      cli.signal,
    );
    if (!('error' in answer)) return { token: answer.access_token, alias: originOf(started.verification_uri) };
    if (answer.error === 'slow_down') interval += 1;
    else if (answer.error === 'access_denied') throw new PavedError('forbidden', 'The sign-in was refused in the browser.');
    else if (answer.error !== 'authorization_pending')
      throw new PavedError('timeout', 'The code is not valid any more.', { fix: 'Run paved login again.' });
  }
}

/** The device flow answers in OAuth's error shape, which is not a problem document. */
async function post<T>(
  server: string,
  path: string,
  body: unknown,
  signal: AbortSignal,
): Promise<T | { error: string; error_description: string }> {
  let response: Response;
  try {
    response = await fetch(server + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'user-agent': 'paved-cli' },
      body: JSON.stringify(body),
      signal,
    });
  } catch (cause) {
    if (signal.aborted) throw cause;
    throw new PavedError('unavailable', `The server ${server} does not answer.`, {
      fix: 'Start it with npm start, or name another with --server.',
      cause,
    });
  }
  const answer = (await response.json()) as T | { error: string; error_description: string };
  if (response.ok || response.status === 400) return answer;
  throw new PavedError('unavailable', `The server answered ${response.status}.`);
}

function openInBrowser(url: string): void {
  const command = process.platform === 'darwin' ? 'open' : 'xdg-open';
  const child = spawn(command, [url], { stdio: 'ignore', detached: true });
  child.on('error', () => {}); // no browser here: the address is printed
  child.unref();
}
