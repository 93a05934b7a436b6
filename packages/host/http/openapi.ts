import swagger from '@fastify/swagger';
import { createJsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import type { App } from '../define-capability.ts';
import { problemSchema } from './problem.ts';
import { renderReference, type OpenApiDocument } from './reference-page.ts';

/** Collects every route into one OpenAPI 3.1 document. Register before the routes. */
export async function addOpenApi(app: App, version: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Paved', version, description: 'The public API of the platform. Portal, CLI and agents use nothing else.' },
      components: {
        securitySchemes: {
          token: { type: 'http', scheme: 'bearer', description: 'A personal API token (`paved token create`).' },
          session: { type: 'apiKey', in: 'cookie', name: 'paved_session', description: 'The portal’s session.' },
        },
      },
    },
    transform: (input) => {
      const config = (input.route as { config?: { permission?: string; signedIn?: boolean; public?: string } }).config ?? {};
      const schema = { ...input.schema, response: { ...(input.schema?.response as object | undefined), default: problemSchema } };
      const made = createJsonSchemaTransform({ skipList: [] })({ ...input, schema });
      const security = config.public === undefined ? [{ token: [] }, { session: [] }] : [];
      return {
        ...made,
        schema: { ...made.schema, security, ...(config.permission === undefined ? {} : { 'x-permission': config.permission }) } as never,
      };
    },
    transformObject: (input) => withoutLooseEnds(jsonSchemaTransformObject(input) as OpenApiDocument) as never,
  });
}

/**
 * Recursive schemas such as `z.json()` leave references to definitions that never reach the document. A schema that says nothing
 * stands in for them: any JSON.
 */
function withoutLooseEnds<T extends { components?: { schemas?: object } }>(document: T): T {
  const known = new Set(Object.keys(document.components?.schemas ?? {}));
  const prefix = '#/components/schemas/';
  return JSON.parse(JSON.stringify(document), (_key, value: unknown) => {
    const ref = typeof value === 'object' && value !== null && '$ref' in value ? value.$ref : undefined;
    return typeof ref === 'string' && ref.startsWith(prefix) && !known.has(ref.slice(prefix.length)) ? {} : value;
  }) as T;
}

/** `/api/openapi.json` and the readable reference at `/api/reference`. */
export function addOpenApiRoutes(app: App): void {
  const document = (): OpenApiDocument => app.swagger() as unknown as OpenApiDocument;
  app.get('/api/openapi.json', { schema: { hide: true }, config: { signedIn: true } }, async () => document());
  app.get('/api/reference', { schema: { hide: true }, config: { signedIn: true } }, async (_request, reply) =>
    reply.type('text/html; charset=utf-8').send(renderReference(document())),
  );
}
