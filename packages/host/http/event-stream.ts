import { z } from 'zod';
import type { App } from '../define-capability.ts';
import type { LiveEvent, Outbox } from '../events/outbox.ts';
import { wantsType } from '../events/type-filter.ts';
import { openLiveStream, type LiveStream } from './live-stream.ts';

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
      let stream: LiveStream | undefined;
      const send = (live: LiveEvent): void => {
        if (!wanted(live)) return;
        if (stream === undefined) return void missed.push(live);
        stream.send({ event: live.event.type, data: live.event, ...(live.resumeFrom === undefined ? {} : { id: live.resumeFrom }) });
      };
      const stop = outbox.live(send);
      try {
        const replay = resume === undefined || resume === '' ? [] : await outbox.since(resume);
        stream = openLiveStream(request, reply, ending);
        stream.onEnd(stop);
        // Who resumes keeps its place until what it missed is sent.
        stream.send({ event: 'open', data: {}, id: resume === undefined || resume === '' ? outbox.position() : resume });
        for (const live of [...replay, ...missed]) send(live);
      } catch (error) {
        stop();
        throw error;
      }
    },
  );
}
