import { execFileSync } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { originOf, readStored } from './stored-credentials.ts';

/**
 * Git's credential protocol: for `get`, says the token of the server that Git asks about. It stores and erases nothing; that Git
 * wants a token erased means that the server refused it, which Git itself only calls a failed authentication.
 */
export async function answerGit(settingsDir: string, operation: string): Promise<void> {
  if (operation !== 'get' && operation !== 'erase') return;
  const { servers } = readStored(settingsDir);
  const request = await text(process.stdin);
  const answer = answerFor(servers, request);
  if (answer === undefined) return;
  if (operation === 'get') process.stdout.write(answer);
  else {
    const server = serverOf(request);
    process.stderr.write(`${server} does not take this sign-in any more. Sign in again with: paved login --server ${server}\n`);
  }
}

/** The answer to one request, or undefined when the server is unknown (Git then asks on). */
export function answerFor(servers: Readonly<Record<string, { token: string }>>, request: string): string | undefined {
  const token = servers[serverOf(request)]?.token;
  return token === undefined ? undefined : `username=paved\npassword=${token}\n`;
}

/** The server that a request is about. */
function serverOf(request: string): string {
  const asked = new Map(request.split('\n').map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)] as const));
  return `${asked.get('protocol') ?? ''}://${asked.get('host') ?? ''}`;
}

/** Makes Git ask us, and nobody else, about these servers. Gives false when there is no git. */
export function configureGit(servers: readonly string[]): boolean {
  const [, script = ''] = process.argv;
  const helper = `!${quoted(process.execPath)} ${quoted(script)} git-credential`;
  try {
    for (const server of servers) {
      const key = `credential.${originOf(server)}.helper`;
      // The empty value first: helpers of the system (which would keep the token elsewhere) are not asked.
      git('config', '--global', '--replace-all', key, '');
      git('config', '--global', '--add', key, helper);
    }
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

export function forgetInGit(servers: readonly string[]): void {
  for (const server of servers) {
    try {
      git('config', '--global', '--unset-all', `credential.${originOf(server)}.helper`);
    } catch {
      // Not configured, or no git: nothing to forget.
    }
  }
}

function git(...args: string[]): void {
  execFileSync('git', args, { stdio: ['ignore', 'ignore', 'pipe'] });
}

const quoted = (argument: string): string => `'${argument.replaceAll("'", `'\\''`)}'`;
