import type { FastifyReply } from 'fastify';

/** Sends text that is JSON already; Fastify leaves strings of this type alone. */
export function sendJson(reply: FastifyReply, text: string, etag?: string): FastifyReply {
  if (etag !== undefined) reply.header('etag', `W/"${etag}"`);
  // Typed answers describe the parsed body; what is sent is its text.
  return (reply as unknown as { type(t: string): { send(text: string): FastifyReply } }).type('application/json; charset=utf-8').send(text);
}

export const jsonList = (bodies: readonly (string | undefined)[]): string => `[${bodies.map((body) => body ?? 'null').join(',')}]`;

/** An empty answer with status 200, as Backstage gives it. */
export function sendNothing(reply: FastifyReply): FastifyReply {
  return (reply as unknown as { code(n: number): { send(): FastifyReply } }).code(200).send();
}
