import { isPavedError, messageOf, PavedError } from '@paved/kernel';
import type { GitAddress } from '../../model/git-address.ts';

/** git's and ssh's own words, made into a sentence with a way out. */
export function unreadable(address: GitAddress, error: unknown): unknown {
  if (!isPavedError(error, 'internal')) return error;
  const said = messageOf(error.cause);
  const refused = address.protocol === 'ssh' ? overSsh(address, said, error) : undefined;
  if (refused !== undefined) return refused;
  const line = (
    said
      .split('\n')
      .findLast((l) => /^(fatal|error|remote|ssh): |Permission denied/.test(l) && !l.startsWith('fatal: Could not read from remote')) ??
    said.split('\n').findLast((l) => /\w/.test(l) && !boilerplate.test(l)) ??
    'git gave no reason'
  )
    .trim()
    .replace(/^(fatal|error|remote): */, '')
    .replace(/\.?$/, '.');
  const denied = /could not read Username|Authentication failed|Permission denied|error: 40[13]|terminal prompts disabled/i.test(said);
  const gone = /not found|does not exist|does not appear to be a git repository|error: 404/i.test(said);
  return new PavedError(denied ? 'forbidden' : gone ? 'not_found' : 'unavailable', `${address.repository} cannot be read: ${line}`, {
    fix: denied
      ? 'Let the platform team connect this host as an integration, or use a repository that is open to Paved.'
      : /redirect|returned error: 30\d/i.test(said)
        ? 'Use the address that it redirects to.'
        : 'Check the address and that Paved may read it.',
    cause: error,
  });
}

const boilerplate = /^fatal: Could not read from remote|^Please make sure you have the correct access|^and the repository exists/;

/** What ssh refuses before git gets a word in. */
function overSsh(address: GitAddress, said: string, cause: unknown): PavedError | undefined {
  const { host, hostname, port, username } = new URL(address.repository);
  const settings = `the entry of ${host} in catalog.reading.allow`;
  const scan = `ssh-keyscan ${port === '' || port === '22' ? '' : `-p ${port} `}${hostname}`;
  if (/REMOTE HOST IDENTIFICATION HAS CHANGED/.test(said)) {
    const shown = /SHA256:[A-Za-z0-9+/=]+/.exec(said)?.[0];
    return new PavedError(
      'forbidden',
      `${host} shows another host key than the known one${shown === undefined ? '' : ` (${shown})`}. It was moved, or somebody stands in between.`,
      { fix: `Ask whoever runs it. If the key is right, replace its line in ssh.knownHosts of ${settings}.`, cause },
    );
  }
  if (/No .* host key is known for|Host key verification failed/.test(said))
    return new PavedError('forbidden', `The host key of ${host} is not known, so it is not asked.`, {
      fix: `Compare what "${scan}" prints with what its owner publishes, then put it into ssh.knownHosts of ${settings}.`,
      cause,
    });
  if (/ssh: (command )?not found|cannot run ssh|ssh: No such file/i.test(said))
    return new PavedError('unavailable', `${host} cannot be read over ssh: the program ssh is not installed on the server.`, {
      fix: 'Install openssh-client there, or use the https address.',
      cause,
    });
  if (/Load key .*(invalid format|error in libcrypto)/i.test(said))
    return new PavedError('invalid', `The ssh key for ${host} cannot be used: it is no private key that ssh understands.`, {
      fix: `Set ssh.key of ${settings} to the whole text of a private key, for example { $file: /etc/paved/id_ed25519 }.`,
      cause,
    });
  if (/Permission denied \(/.test(said))
    return new PavedError('forbidden', `${host} does not take the ssh key that Paved shows${username === '' ? '' : ` for ${username}`}.`, {
      fix: `Add its public half there as a key that may read the repository, or set ssh.key of ${settings}.`,
      cause,
    });
  if (/not allow request for unadvertised object/.test(said))
    return new PavedError(
      'unsupported',
      `${host} gives only the newest commits of branches and tags over ssh, not ${address.ref ?? 'this one'}.`,
      {
        fix: 'Name a branch or tag with ?ref=.',
        cause,
      },
    );
  return undefined;
}
