import type { IncomingMessage, ServerResponse } from 'node:http';
import path from 'node:path';
import { messageOf, type Actor } from '@paved/kernel';
import type { Logger } from '@paved/host';
import { NO_COMMIT } from '../model/names.ts';
import type { BranchPushed } from '../index.ts';
import { FLUSH, hearsNotes, pushNote, type PushHead } from '../model/pkt-line.ts';
import { forbidsRewriting, protect, type Refusal } from '../model/protection.ts';
import { heldBack, relay, startBackend, type BackendRequest } from './cgi.ts';
import { stopGroup } from './git/git.ts';
import { reflogIdentity } from './git/write.ts';
import { publishMovements, type PublishingDeps } from './publishing.ts';
import { readPushStart, refuse } from './push-wire.ts';
import { spoolBody, type Spooled } from './spool.ts';
import { insertPush, touchPush, type RepositoryRow } from './store.ts';

export interface ReceiveDeps extends PublishingDeps {
  readonly now: () => Date;
  readonly newId: (prefix: string) => string;
  readonly log: Logger;
  readonly pushLimitBytes: number;
  /** What is said about branches that were pushed. */
  readonly notes: { lines(pushed: readonly BranchPushed[]): Promise<readonly string[]> };
}

const TOUCH_EVERY_MS = 2_000;
const GIT_TIMEOUT_MS = 30 * 60_000;

/**
 * Takes one push. Its head is read first: protected branches and too large packs are refused in git's own words. Then the pack is
 * taken in, who pushes is written down, and git gets it. The answer ends after the push events are stored, with what is known of
 * what they started.
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
  let start: { push: PushHead; bytes: Buffer };
  try {
    start = await readPushStart(request);
  } catch (error) {
    response.writeHead(400, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' }).end(`${messageOf(error)}\n`);
    return;
  }
  const { push, bytes } = start;
  const no = (refusal: Refusal): void => refuse(request, response, push, refusal, started);
  const announced = Number(request.headers['content-length'] ?? 0);
  const refusal = announced > limit + push.length ? tooLarge(limit) : protect(push.commands, repository.default_branch);
  if (refusal !== undefined) return no(refusal);

  const pushId = deps.newId('push');
  const spooled = await spoolBody(request, bytes, {
    limit: limit + push.length,
    file: path.join(deps.folders.scratch, `${pushId}.pack`),
  }).catch((error: unknown) => {
    deps.log.warn({ err: error, repository: repository.slug }, 'A push could not be taken in.');
    return { type: 'unwritable' } as const;
  });
  if (spooled.type === 'gone') return void response.destroy();
  if (spooled.type === 'too_large') return no(tooLarge(limit));
  if (spooled.type === 'unwritable')
    return no({
      sentence: 'The server cannot store this push at the moment; nothing was changed. Tell the platform team that its disk may be full.',
      short: 'cannot be stored',
    });

  await using body = spooled.body;
  if (push.commands.length > 0) {
    const deletes = push.commands
      .filter((c) => c.after === NO_COMMIT && c.ref.startsWith('refs/heads/'))
      .map((c) => Buffer.from(c.ref.slice('refs/heads/'.length), 'latin1').toString('utf8'));
    await insertPush(deps.db, { id: pushId, repositoryId: repository.id, actor, deletes, at: deps.now() });
  }
  // git's answer ends with a flush packet; what is said to the person stands in front of it, as from a hook.
  const end = heldBack(FLUSH.length);
  await handToGit(deps, response, body, pushId, end.pass, {
    ...backend,
    contentLength: String(body.bytes),
    env: reflogIdentity(actor, pushId),
    config: forbidsRewriting(push.commands, repository.default_branch) ? [['receive.denyNonFastForwards', 'true']] : [],
  });
  if (push.commands.length > 0) {
    // The refs have moved; a failure here is made good by the next look at left pushes.
    const told = await publishMovements(deps, repository.id, pushId).catch((error: unknown) => {
      deps.log.error({ err: error, repository: repository.slug }, 'Push events could not be stored yet.');
      return [];
    });
    const lines = hearsNotes(push) ? await deps.notes.lines(told.filter(({ by }) => by === pushId)) : [];
    if (lines.length > 0 && end.rest().toString('latin1') === FLUSH) {
      const note = lines.map((line) => Buffer.from(line, 'utf8').toString('latin1'));
      response.write(Buffer.from(pushNote(push, note), 'latin1'));
    }
  }
  if (!response.headersSent) response.writeHead(500, { 'content-type': 'text/plain; charset=utf-8' });
  response.end(end.rest());
}

/** Lets git work on a complete push. A client that goes away changes nothing any more: git may be moving refs. */
async function handToGit(
  deps: ReceiveDeps,
  response: ServerResponse,
  body: Spooled,
  pushId: string,
  through: (chunk: Buffer) => Buffer,
  backend: BackendRequest,
): Promise<void> {
  const child = startBackend(deps.git, backend);
  const timer = setTimeout(() => stopGroup(child), GIT_TIMEOUT_MS);
  // Other servers take a push that is not touched for one whose server died.
  const touching = setInterval(() => {
    touchPush(deps.db, pushId, deps.now()).catch((error: unknown) => deps.log.warn({ err: error }, 'A running push could not be touched.'));
  }, TOUCH_EVERY_MS);
  // git may stop reading (an error of its own): its answer says so.
  child.stdin?.on('error', () => {});
  if (child.stdin !== null)
    body
      .stream()
      .on('error', () => stopGroup(child))
      .pipe(child.stdin);
  relay(child, response, through);
  let complaint = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    if (complaint.length < 4096) complaint += chunk.toString('utf8');
  });
  child.on('error', (error) => deps.log.error({ err: error }, 'git could not be started.'));
  await new Promise((resolve) => child.on('close', resolve));
  clearTimeout(timer);
  clearInterval(touching);
  if (complaint !== '') deps.log.debug({ complaint }, 'git said something about a push.');
}

function tooLarge(limit: number): Refusal {
  const size = `${Math.round((limit / 1024 ** 2) * 10) / 10} MB`;
  return {
    sentence: `This push is larger than ${size}, the most that is taken. Keep large files out of Git, or ask the platform team to raise repositories.pushLimitMb.`,
    short: `larger than ${size}`,
  };
}
