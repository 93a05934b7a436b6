import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError, createApiClient, getSession, pollDeviceFlow, signOut, startDeviceFlow, type CliContext } from '@paved/client';
import { PavedError } from '@paved/kernel';
import { configureGit, forgetInGit } from './git-credential.ts';
import { originOf, readStored, writeStored } from './stored-credentials.ts';

/** The device flow: a code here, a click in the browser, a token in the person's own settings. */
export async function login(cli: CliContext, options: { withToken?: boolean; git: boolean; browser: boolean }): Promise<void> {
  const { server } = cli.api;
  const { token, alias } =
    options.withToken === true ? { token: (await text(process.stdin)).trim(), alias: server } : await deviceFlow(cli, options.browser);
  const { actor } = await createApiClient({ server, token }).call(getSession);
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
    await createApiClient({ server, token }).call(signOut);
    return true;
  } catch {
    return false; // a personal token, an ended session, or a server that is away
  }
}

async function deviceFlow(cli: CliContext, openBrowser: boolean): Promise<{ token: string; alias: string }> {
  // The stored token, if any, has nothing to do with a new sign-in.
  const api = createApiClient({ server: cli.api.server, userAgent: 'paved-cli' });
  const started = await api.call(startDeviceFlow, { body: {}, signal: cli.signal });
  process.stderr.write(`Open ${started.verification_uri_complete}\nand check that it shows ${started.user_code}.\n`);
  if (openBrowser && cli.interactive) openInBrowser(started.verification_uri_complete);
  let interval = started.interval;
  for (;;) {
    await sleep(interval * 1000, undefined, { signal: cli.signal });
    try {
      const answer = await api.call(pollDeviceFlow, { body: { device_code: started.device_code }, signal: cli.signal });
      return { token: answer.access_token, alias: originOf(started.verification_uri) };
    } catch (error) {
      const state = oauthErrorOf(error);
      if (state === undefined) throw error;
      if (state === 'slow_down') interval += 1;
      else if (state === 'access_denied') throw new PavedError('forbidden', 'The sign-in was refused in the browser.');
      else if (state !== 'authorization_pending')
        throw new PavedError('timeout', 'The code is not valid any more.', { fix: 'Run paved login again.' });
    }
  }
}

/** The device flow answers in OAuth's error shape, which is not a problem document. */
function oauthErrorOf(error: unknown): string | undefined {
  if (!(error instanceof ApiError) || error.status !== 400) return undefined;
  const { error: state } = (error.body ?? {}) as { error?: unknown };
  return typeof state === 'string' ? state : undefined;
}

function openInBrowser(url: string): void {
  const command = process.platform === 'darwin' ? 'open' : 'xdg-open';
  const child = spawn(command, [url], { stdio: 'ignore', detached: true });
  child.on('error', () => {}); // no browser here: the address is printed
  child.unref();
}
