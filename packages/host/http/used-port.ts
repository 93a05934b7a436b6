import net from 'node:net';
import { PavedError } from '@paved/kernel';

/** What is said when the address of the server is taken. */
export function portIsUsed(host: string, port: number, cause?: unknown): PavedError {
  return new PavedError('conflict', `Port ${port} on ${host} is already used by another program.`, {
    fix: 'Choose another with --port (0 picks a free one) or server.port, or stop that program.',
    cause,
  });
}

/** Throws when something listens there already: asked before anything is set up, so that a mistyped start leaves nothing behind. */
export async function refuseUsedPort({ host, port }: { host: string; port: number }): Promise<void> {
  if (port === 0) return;
  const server = net.createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      // Other refusals (an unknown host, a privileged port) are told when it really listens.
      if (error.code === 'EADDRINUSE') reject(portIsUsed(host, port, error));
      else resolve();
    });
    server.listen({ host, port }, () => server.close(() => resolve()));
  });
}
