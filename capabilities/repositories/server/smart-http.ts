import type { ServerResponse } from 'node:http';
import { z } from 'zod';
import type { FastifyRequest } from 'fastify';
import { isPavedError, PavedError } from '@paved/kernel';
import type { App, Guard } from '@paved/host';
import { isSlug } from '../model/slug.ts';
import { relay, startBackend, type BackendRequest } from './cgi.ts';
import { stopGroup } from './git/git.ts';
import { receivePack, type ReceiveDeps } from './receive-pack.ts';
import { requireRepository, type RepositoryRow } from './store.ts';

export interface SmartHttpDeps extends ReceiveDeps {
  readonly guard: Guard;
  /** The folder that holds all repositories. */
  readonly root: string;
}

const AT_ONCE = 32;
const READ_TIMEOUT_MS = 30 * 60_000;
const params = z.object({ project: z.string(), name: z.string() });
const tags = ['repositories'];

/** Git's smart HTTP protocol: `git clone`, `fetch` and `push` behind the platform's authentication and permissions. */
export async function addSmartHttp(app: App, deps: SmartHttpDeps): Promise<void> {
  let running = 0;
  await app.register(async (scope) => {
    const git = scope as unknown as App;
    // Packs are streamed to git, never held in memory.
    git.removeAllContentTypeParsers();
    git.addContentTypeParser('*', (_request, _payload, done) => done(null));
    // git shows people the body of a refusal only when it is plain text.
    git.setErrorHandler((error, request, reply) => {
      if (!isPavedError(error, 'forbidden', 'not_found', 'invalid', 'unavailable')) throw error;
      const status = { forbidden: 403, not_found: 404, invalid: 400, unavailable: 503 }[error.code as 'forbidden'];
      return reply
        .code(status)
        .type('text/plain; charset=utf-8')
        .send(`${error.message}${error.fix === undefined ? '' : ` ${error.fix}`}\n`);
    });

    const open = async (request: FastifyRequest, operation: string): Promise<{ repository: RepositoryRow; backend: BackendRequest }> => {
      const { project, name } = request.params as z.infer<typeof params>;
      const slug = `${project}/${name.replace(/\.git$/, '')}`.toLowerCase();
      if (!isSlug(slug)) throw new PavedError('not_found', `There is no repository ${slug}.`);
      deps.guard.require(request.actor, 'repositories.repository.read');
      const repository = await requireRepository(deps.db, slug);
      const resource = { ref: slug, ownerRefs: [repository.owner_ref] };
      const pushes = operation === 'git-receive-pack';
      if (pushes) deps.guard.require(request.actor, 'repositories.repository.push', resource);
      if (running >= AT_ONCE)
        throw new PavedError('unavailable', 'Too many clones and pushes run at once.', { fix: 'Try again in a moment.' });
      const { headers } = request;
      const header = (key: string): string | undefined => (typeof headers[key] === 'string' ? headers[key] : undefined);
      const encoding = header('content-encoding');
      if (pushes && encoding !== undefined && encoding !== 'identity')
        throw new PavedError('invalid', 'A push must not be compressed as a whole.', { fix: 'Send it without content-encoding.' });
      const protocol = pushes ? undefined : header('git-protocol');
      return {
        repository,
        backend: {
          root: deps.root,
          slug,
          operation,
          method: request.method,
          query: '',
          contentType: header('content-type') ?? '',
          user: request.actor.ref,
          address: request.ip,
          ...(encoding === undefined ? {} : { contentEncoding: encoding }),
          ...(header('content-length') === undefined ? {} : { contentLength: header('content-length') ?? '' }),
          ...(protocol === undefined || !/^[\w=:.-]{1,100}$/.test(protocol) ? {} : { protocol }),
        },
      };
    };

    /** Lets git answer a request that only reads. */
    const read = async (
      request: FastifyRequest,
      reply: { hijack(): void; raw: ServerResponse },
      backend: BackendRequest,
    ): Promise<void> => {
      reply.hijack();
      running++;
      const response = reply.raw;
      const child = startBackend(deps.git, backend);
      const timer = setTimeout(() => stopGroup(child), READ_TIMEOUT_MS);
      child.stdin?.on('error', () => {
        if (child.stdin !== null) request.raw.unpipe(child.stdin);
        request.raw.resume();
      });
      if (backend.method === 'POST' && child.stdin !== null) request.raw.pipe(child.stdin);
      else child.stdin?.end();
      relay(child, response);
      response.on('close', () => stopGroup(child));
      child.stderr?.resume();
      child.on('error', (error) => deps.log.error({ err: error }, 'git could not be started.'));
      await new Promise((resolve) => child.on('close', resolve));
      running--;
      clearTimeout(timer);
      if (!response.headersSent) response.writeHead(500);
      response.end();
    };

    git.get(
      '/git/:project/:name/info/refs',
      {
        schema: {
          operationId: 'gitRefs',
          tags,
          summary: 'Git smart HTTP: the refs of a repository.',
          params,
          querystring: z.object({ service: z.enum(['git-upload-pack', 'git-receive-pack']) }),
        },
        config: { signedIn: true },
        compress: false,
      },
      async (request, reply) => {
        const { service } = request.query;
        const { backend } = await open(request, service);
        await read(request, reply, { ...backend, operation: 'info/refs', query: `service=${service}` });
        return reply;
      },
    );
    git.post(
      '/git/:project/:name/git-upload-pack',
      {
        schema: { operationId: 'gitUploadPack', tags, summary: 'Git smart HTTP: clone and fetch.', params },
        config: { signedIn: true, onlyReads: true },
      },
      async (request, reply) => {
        const { backend } = await open(request, 'git-upload-pack');
        await read(request, reply, backend);
        return reply;
      },
    );
    git.post(
      '/git/:project/:name/git-receive-pack',
      { schema: { operationId: 'gitReceivePack', tags, summary: 'Git smart HTTP: push.', params }, config: { signedIn: true } },
      async (request, reply) => {
        const { repository, backend } = await open(request, 'git-receive-pack');
        reply.hijack();
        running++;
        try {
          await receivePack(deps, request.raw, reply.raw, repository, request.actor, backend);
        } catch (error) {
          deps.log.error({ err: error, repository: repository.slug }, 'A push failed.');
          if (!reply.raw.headersSent) reply.raw.writeHead(500, { connection: 'close' });
          reply.raw.end();
        } finally {
          running--;
        }
        return reply;
      },
    );
  });
}
