import type { FastifyInstance } from 'fastify';

/** Scripts, styles and connections only from ourselves; no framing; inline styles are what Mantine sets on elements. */
const contentSecurityPolicy = (origins: readonly string[]): string =>
  [
    "default-src 'self'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    ["connect-src 'self'", ...origins].join(' '),
    "worker-src 'self' blob:",
    "frame-ancestors 'none'",
    "base-uri 'self'",
    "form-action 'self'",
    "object-src 'none'",
  ].join('; ');

/** Sets the security headers of every answer. `origins` are those that pages may call besides ourselves. */
export function addSecurityHeaders(app: FastifyInstance, origins: readonly string[]): void {
  const policy = contentSecurityPolicy(origins);
  app.addHook('onRequest', (_request, reply, done) => {
    reply.headers({
      'content-security-policy': policy,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'same-origin',
      'cross-origin-opener-policy': 'same-origin',
    });
    done();
  });
}
