import { z } from 'zod';
import type { App } from '../define-capability.ts';
import type { LiveEvent, Outbox } from '../events/outbox.ts';
import { wantsType } from '../events/type-filter.ts';

const HEARTBEAT_MS = 15_000;
/** A client that lets this much pile up is cut off; it resumes by id. */
const BACKLOG_BYTES = 4 * 1024 * 1024;

/** `GET /api/events`: the one live stream, as server-sent events with ids to resume from. */
export function addEventStream(app: App, outbox: Outbox, ending: AbortSignal): void {
  app.get(
    '/api/events',
    {
      schema: {
        operationId: 'streamEvents',
        tags: ['events'],
        summary: 'Live events as server-sent events',
        description:
          'Each message is an event as JSON; its name is the type. Resume with Last-Event-ID (or `after`). Events without id are not stored.',
        querystring: z.object({
          types: z.string().default('*').describe('Comma separated: exact types, prefixes ending in `.*`, or `*`.'),
          subject: z.string().optional().describe('Only events about this subject.'),
          after: z.string().optional().describe('Resume after this id; the Last-Event-ID header wins.'),
        }),
      },
      config: { signedIn: true },
    },
    async (request, reply) => {
      const types = request.query.types.split(',').map((type) => type.trim());
      const subject = request.query.subject;
      const resume = request.headers['last-event-id']?.toString() ?? request.query.after;
      const wanted = ({ event }: LiveEvent): boolean =>
        wantsType(types, event.type) && (subject === undefined || event.subject === subject);
      const missed: LiveEvent[] = [];
      let open = false;
      const send = (live: LiveEvent): void => {
        if (!wanted(live)) return;
        if (!open) return void missed.push(live);
        const id = live.resumeFrom === undefined ? '' : `id: ${live.resumeFrom}\n`;
        reply.raw.write(`${id}event: ${live.event.type}\ndata: ${JSON.stringify(live.event)}\n\n`);
        if (reply.raw.writableLength > BACKLOG_BYTES) reply.raw.destroy();
      };
      const stop = outbox.live(send);
      try {
        const replay = resume === undefined || resume === '' ? [] : await outbox.since(resume);
        reply.hijack();
        reply.raw.writeHead(200, {
          'content-type': 'text/event-stream; charset=utf-8',
          'cache-control': 'no-store',
          'x-accel-buffering': 'no',
          'x-request-id': request.id,
        });
        reply.raw.write(`retry: 1000\nid: ${outbox.position()}\nevent: open\ndata: {}\n\n`);
        open = true;
        for (const live of [...replay, ...missed]) send(live);
      } catch (error) {
        stop();
        throw error;
      }
      const heartbeat = setInterval(() => reply.raw.write(': alive\n\n'), HEARTBEAT_MS);
      const end = (): void => {
        clearInterval(heartbeat);
        stop();
        ending.removeEventListener('abort', end);
        reply.raw.end();
      };
      reply.raw.on('close', end);
      ending.addEventListener('abort', end);
    },
  );
}
