import type { IncomingMessage, ServerResponse } from 'node:http';
import { messageOf, type Actor } from '@paved/kernel';
import type { Logger } from '@paved/host';
import { NO_COMMIT } from '../model/names.ts';
import { readPushHead, refusePush, type PushHead } from '../model/pkt-line.ts';
import { forbidsRewriting, protect, type Refusal } from '../model/protection.ts';
import { cgiReader, startBackend, type BackendRequest } from './cgi.ts';
import { stopGroup } from './git/git.ts';
import { reflogIdentity } from './git/write.ts';
import { publishMovements, type PublishingDeps } from './publishing.ts';
import { finishPush, insertPush, touchPush, type RepositoryRow } from './store.ts';

export interface ReceiveDeps extends PublishingDeps {
  readonly now: () => Date;
  readonly newId: (prefix: string) => string;
  readonly log: Logger;
  readonly pushLimitBytes: number;
}

const HEAD_LIMIT = 1024 ** 2;
const ANSWER_LIMIT = 4 * 1024 ** 2;
const HEAD_TIMEOUT_MS = 60_000;
/**
 * How long a refused client may go on sending before its connection is cut; git has shown the reason by then. A client that
 * finishes in time also hears it per ref. All in all a refusal takes about three seconds, whatever the size of the push.
 */
const DRAIN_MS = { least: 300, most: 1_500, total: 3_000 } as const;
const TOUCH_EVERY_MS = 2_000;
const PUSH_TIMEOUT_MS = 30 * 60_000;

/**
 * Takes one push. Its head is read first: protected branches and too large packs are refused in git's own words, and who pushes is
 * written down before git may move a ref. The answer ends after the push events are stored.
 */
export async function receivePack(
  deps: ReceiveDeps,
  request: IncomingMessage,
  response: ServerResponse,
  repository: RepositoryRow,
  actor: Actor,
  backend: BackendRequest,
): Promise<void> {
  const limit = deps.pushLimitBytes;
  const started = performance.now();
  let head: { push: PushHead; bytes: Buffer };
  try {
    head = await readHead(request);
  } catch (error) {
    response.writeHead(400, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' }).end(`${messageOf(error)}\n`);
    return;
  }
  const { push, bytes } = head;
  const tooLarge: Refusal = {
    sentence: `This push is larger than ${megabytes(limit)}, the most that is taken. Keep large files out of Git, or ask the platform team to raise repositories.pushLimitMb.`,
    short: `larger than ${megabytes(limit)}`,
  };
  const announced = Number(request.headers['content-length'] ?? 0);
  const refusal = announced > limit + push.length ? tooLarge : protect(push.commands, repository.default_branch);
  if (refusal !== undefined) return refuse(request, response, push, refusal, started);

  const pushId = deps.newId('push');
  if (push.commands.length > 0) {
    const deletes = push.commands
      .filter((c) => c.after === NO_COMMIT && c.ref.startsWith('refs/heads/'))
      .map((c) => Buffer.from(c.ref.slice(11), 'latin1').toString('utf8'));
    await insertPush(deps.db, { id: pushId, repositoryId: repository.id, actor, deletes, at: deps.now() });
  }
  const child = startBackend(deps.git, {
    ...backend,
    env: reflogIdentity(actor, pushId),
    config: forbidsRewriting(push.commands, repository.default_branch) ? [['receive.denyNonFastForwards', 'true']] : [],
  });
  if (request.destroyed && !request.complete) stopGroup(child);
  // Other servers take a push that is not touched for one whose server died.
  const touching = setInterval(() => {
    touchPush(deps.db, pushId, deps.now()).catch((error: unknown) => deps.log.warn({ err: error }, 'A running push could not be touched.'));
  }, TOUCH_EVERY_MS);
  const outcome = await new Promise<'answered' | 'refused' | 'gone'>((resolve) => {
    let received = bytes.length;
    let complete = false;
    let ended = false;
    let held = 0;
    let answer: Buffer[] | undefined = [];
    let status: { status: number; headers: [string, string][] } | undefined;
    let refused = false;
    const timer = setTimeout(() => stopGroup(child), PUSH_TIMEOUT_MS);
    const stdin = child.stdin;
    // git may stop reading (an error of its own): its answer still has to reach a client that is busy sending.
    stdin?.on('error', () => request.resume());
    stdin?.on('drain', () => request.resume());
    // Nothing is sent before the client has sent everything: until then the push may still be refused.
    const release = (): void => {
      if (refused || answer === undefined || status === undefined || !complete) return;
      for (const [name, value] of status.headers) response.setHeader(name, value);
      response.writeHead(status.status);
      for (const chunk of answer) response.write(chunk);
      answer = undefined;
    };
    const take = (chunk: Buffer): void => {
      received += chunk.length;
      if (refused) return;
      if (received > limit + push.length) {
        refused = true;
        stopGroup(child);
        return;
      }
      if (stdin?.writable === true && !stdin.write(chunk) && !stdin.destroyed) request.pause();
    };
    request.on('data', take);
    request.on('end', () => {
      complete = true;
      if (!refused) stdin?.end();
      release();
    });
    response.on('close', () => {
      // Half a push is no push. A whole one is left to git, which may be moving refs.
      if (!complete && !ended) stopGroup(child);
    });
    stdin?.write(bytes);
    if (request.readableEnded) {
      complete = true;
      stdin?.end();
    } else request.resume();
    child.stdout?.on(
      'data',
      cgiReader(
        (head) => {
          status = head;
          release();
        },
        (chunk) => {
          if (answer === undefined) return void response.write(chunk);
          held += chunk.length;
          if (held > ANSWER_LIMIT) return stopGroup(child);
          answer.push(chunk);
        },
      ),
    );
    let complaint = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      if (complaint.length < 4096) complaint += chunk.toString('utf8');
    });
    child.on('error', (error) => deps.log.error({ err: error }, 'git could not be started.'));
    child.on('close', () => {
      ended = true;
      clearTimeout(timer);
      if (complaint !== '') deps.log.debug({ repository: repository.slug, complaint }, 'git said something about a push.');
      if (refused) return resolve('refused');
      if (response.destroyed) return resolve('gone');
      // git gave up while the client was still sending.
      complete = true;
      release();
      resolve('answered');
    });
  });
  clearInterval(touching);
  if (outcome === 'refused') {
    await finishPush(deps.db, pushId);
    return refuse(request, response, push, tooLarge, started);
  }
  if (push.commands.length > 0) {
    // The refs have moved; a failure here is made good by the next look at left pushes.
    await publishMovements(deps, repository.id, pushId).catch((error: unknown) =>
      deps.log.error({ err: error, repository: repository.slug }, 'Push events could not be stored yet.'),
    );
  }
  if (outcome === 'answered' && !response.headersSent) response.writeHead(500, { 'content-type': 'text/plain; charset=utf-8' });
  endWhenRead(request, response, started);
}

const megabytes = (bytes: number): string => `${Math.round((bytes / 1024 ** 2) * 10) / 10} MB`;

/** Says no in a form git prints: a "remote:" line at once, and the reason beside each ref when the client listens to the end. */
function refuse(request: IncomingMessage, response: ServerResponse, push: PushHead, refusal: Refusal, started: number): void {
  response.writeHead(200, { 'content-type': 'application/x-git-receive-pack-result', 'cache-control': 'no-cache' });
  response.write(Buffer.from(refusePush(push, refusal.sentence, refusal.short), 'latin1'));
  endWhenRead(request, response, started);
}

/** Ends the answer once the client has sent everything: ending earlier would reset the connection before the reason is read. */
function endWhenRead(request: IncomingMessage, response: ServerResponse, started: number): void {
  if (request.readableEnded || request.complete) {
    request.resume();
    response.end();
    return;
  }
  const left = Math.min(DRAIN_MS.most, Math.max(DRAIN_MS.least, DRAIN_MS.total - (performance.now() - started)));
  const timer = setTimeout(() => request.socket.destroy(), left);
  request.on('data', () => {});
  request.on('end', () => {
    clearTimeout(timer);
    response.end();
  });
  request.on('close', () => clearTimeout(timer));
  request.resume();
}

/** Reads the body until the commands of the push are complete, with whatever followed them in the same chunk. */
function readHead(request: IncomingMessage): Promise<{ push: PushHead; bytes: Buffer }> {
  return new Promise((resolve, reject) => {
    let bytes = Buffer.alloc(0);
    const stop = (): void => {
      clearTimeout(timer);
      request.pause();
      request.off('data', read).off('end', short).off('close', short);
    };
    const fail = (sentence: string): void => {
      stop();
      reject(new Error(sentence));
    };
    const short = (): void => fail('The push ended before its commands did.');
    const timer = setTimeout(() => fail('The push took too long to start.'), HEAD_TIMEOUT_MS);
    const read = (chunk: Buffer): void => {
      bytes = Buffer.concat([bytes, chunk]);
      try {
        const push = readPushHead(bytes.toString('latin1'));
        if (push === undefined) {
          if (bytes.length > HEAD_LIMIT) fail('The push asks for too many refs at once.');
          return;
        }
        stop();
        resolve({ push, bytes });
      } catch (error) {
        fail(messageOf(error));
      }
    };
    request.on('data', read).on('end', short).on('close', short);
  });
}
