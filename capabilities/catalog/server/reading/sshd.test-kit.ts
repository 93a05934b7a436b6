import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import os from 'node:os';
import path from 'node:path';

const SSHD = '/usr/sbin/sshd';

/** Why there is no ssh server to test with; undefined when there is one. */
export const noSshd: string | undefined = !existsSync(SSHD)
  ? `${SSHD} does not exist: install openssh-server`
  : process.getuid?.() === 0 && !privilegeFolder()
    ? 'sshd needs the folder /run/sshd, which cannot be made'
    : undefined;

function privilegeFolder(): boolean {
  try {
    mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
    return true;
  } catch {
    return false;
  }
}

export interface SshServer extends AsyncDisposable {
  /** `127.0.0.1:port`. */
  readonly host: string;
  /** Of the user who may sign in: the one who runs the test. */
  readonly user: string;
  /** The line that makes its host key known. */
  readonly knownHosts: string;
  /** A private key that it takes. */
  readonly key: string;
  /** Signs in with another host key from now on. */
  changeHostKey(): void;
}

/** A key pair of ssh; with a passphrase when one is given. */
export function sshKey(folder: string, name: string, passphrase = ''): { file: string; secret: string; open: string } {
  const file = path.join(folder, name);
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', passphrase, '-C', name, '-f', file]);
  return { file, secret: readFileSync(file, 'utf8'), open: readFileSync(`${file}.pub`, 'utf8').trim() };
}

/**
 * A real sshd on loopback, one process for each connection, with host key, user key and configuration of its own. As most are set up
 * it takes no GIT_PROTOCOL, so git speaks its oldest protocol.
 */
export async function serveSsh(): Promise<SshServer> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'paved-sshd-'));
  const user = sshKey(folder, 'user');
  let hostKey = sshKey(folder, 'host-1');
  const second = sshKey(folder, 'host-2');
  writeFileSync(path.join(folder, 'authorized_keys'), `${user.open}\n`, { mode: 0o600 });
  writeFileSync(
    path.join(folder, 'sshd_config'),
    [
      ...[`AuthorizedKeysFile ${folder}/authorized_keys`, 'StrictModes no', 'UsePAM no', 'PasswordAuthentication no'],
      ...['KbdInteractiveAuthentication no', 'PermitRootLogin prohibit-password', 'PidFile none', ''],
    ].join('\n'),
  );
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    const child = spawn(SSHD, ['-i', '-e', '-f', path.join(folder, 'sshd_config'), '-h', hostKey.file], {
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    socket.pipe(child.stdin);
    child.stdout.pipe(socket);
    for (const stream of [socket, child.stdin, child.stdout]) stream.on('error', () => child.kill());
    socket.on('close', () => {
      sockets.delete(socket);
      child.stdin.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const keyOf = ({ open }: { open: string }): string => open.split(' ').slice(0, 2).join(' ');
  return {
    host: `127.0.0.1:${port}`,
    user: os.userInfo().username,
    knownHosts: `[127.0.0.1]:${port} ${keyOf(hostKey)}`,
    key: user.secret,
    changeHostKey: () => void (hostKey = second),
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
