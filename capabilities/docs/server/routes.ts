import { z } from 'zod';
import type { App } from '@paved/host';
import type { NavigationItem } from '../model/navigation.ts';
import type { DocsService } from './service.ts';

const tags = ['docs'];
const config = { permission: 'docs.page.read' };
const entityParams = z.object({
  kind: z.string().toLowerCase().max(63),
  namespace: z.string().toLowerCase().max(63),
  name: z.string().toLowerCase().max(253),
});
const heading = z.object({ id: z.string(), text: z.string(), level: z.number().int() });
const page = z
  .object({ path: z.string(), title: z.string(), html: z.string().describe('Sanitised HTML.'), headings: z.array(heading) })
  .meta({ id: 'DocsPage' });
// oxlint-disable-next-line typescript/no-unnecessary-type-assertion -- Zod's optional differs under exactOptionalPropertyTypes
const navigationItem = z
  .object({
    title: z.string(),
    path: z.string().optional(),
    href: z.string().optional(),
    get children(): z.ZodOptional<z.ZodArray<z.ZodType<NavigationItem>>> {
      return z.array(navigationItem).optional();
    },
  })
  .meta({ id: 'DocsNavigationItem' }) as z.ZodType<NavigationItem>;

/** Routes of documentation: contents, pages, files; and Markdown rendering for the portal. */
export function addDocsRoutes(app: App, docs: DocsService): void {
  app.get(
    '/api/docs/:kind/:namespace/:name',
    {
      schema: {
        operationId: 'getDocs',
        tags,
        summary: 'The documentation of an entity: its name, contents and first page.',
        params: entityParams,
        response: {
          200: z.object({
            name: z.string().optional(),
            home: z.string(),
            navigation: z.array(navigationItem),
            revision: z.string().optional(),
            repository: z.object({ slug: z.string(), folder: z.string() }).optional(),
            problem: z.string().optional(),
          }),
        },
      },
      config,
    },
    async ({ params }) => docs.site(params),
  );
  app.get(
    '/api/docs/:kind/:namespace/:name/page',
    {
      schema: {
        operationId: 'getDocsPage',
        tags,
        summary: 'One page, rendered; the first one when no path is given.',
        params: entityParams,
        querystring: z.object({ path: z.string().max(1000).optional() }),
        response: { 200: page },
      },
      config,
    },
    async ({ params, query }) => {
      const found = await docs.page(params, query.path);
      return { ...found, headings: [...found.headings] };
    },
  );
  app.get(
    '/api/docs/:kind/:namespace/:name/raw',
    {
      schema: {
        operationId: 'getDocsFile',
        tags,
        summary: 'A file beside the pages, such as an image; never as something a browser runs.',
        params: entityParams,
        querystring: z.object({ path: z.string().max(1000) }),
      },
      config,
    },
    async ({ params, query }, reply) => {
      const { bytes, contentType, inline } = await docs.raw(params, query.path);
      return reply
        .type(contentType)
        .header('x-content-type-options', 'nosniff')
        .header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'; sandbox")
        .header('content-disposition', inline ? 'inline' : 'attachment')
        .send(bytes);
    },
  );
  app.get(
    '/api/docs/readme',
    {
      schema: {
        operationId: 'getRenderedReadme',
        tags,
        summary: 'A Markdown file of a repository, or the README of a folder of it, rendered.',
        querystring: z.object({
          repository: z.string().max(200).describe('The slug, project/name.'),
          ref: z.string().max(200).optional().describe('Branch, tag or commit; the default branch when left out.'),
          path: z.string().max(1000).default(''),
        }),
        response: { 200: page },
      },
      config: { permission: 'repositories.repository.read' },
    },
    async ({ query }) => {
      const found = await docs.readme(query.repository.toLowerCase(), query.ref, query.path);
      return { ...found, headings: [...found.headings] };
    },
  );
  app.post(
    '/api/docs/render',
    {
      schema: {
        operationId: 'renderMarkdown',
        tags,
        summary: 'Markdown to sanitised HTML, for previews and comments.',
        body: z.strictObject({
          markdown: z.string().max(200_000),
          base: z
            .string()
            .max(2000)
            .optional()
            .describe('Address of a repository’s file that relative links start at, such as paved://repositories/p/n/README.md.'),
        }),
        response: { 200: z.object({ html: z.string(), headings: z.array(heading) }) },
      },
      config,
    },
    async ({ body }) => {
      const { html, headings } = await docs.service.render(body.markdown, body.base);
      return { html, headings: [...headings] };
    },
  );
}
