import type { App } from '@paved/host';
import { z } from 'zod';
import { createDocumentChecks } from '../document-checks.ts';
import type { RouteDeps } from '../routes/deps.ts';
import { problemItem } from '../routes/schemas.ts';

const line = z.number().int().describe('Of the text, from 1.');

/** Ours, beside Backstage's validate-entity: whole texts, with references that lead nowhere. */
export function addReferenceRoutes(app: App, deps: RouteDeps): void {
  const checks = createDocumentChecks(deps);
  app.post(
    '/api/catalog/check-documents',
    {
      config: { permission: 'catalog.entity.validate', onlyReads: true },
      schema: {
        operationId: 'checkDocuments',
        tags: ['catalog'],
        summary: 'Checks documents without storing them: problems, and references to what is neither in the catalog nor among them.',
        body: z.object({ documents: z.string().describe('YAML or JSON, several documents parted by ---.') }),
        response: {
          200: z.object({
            items: z.array(
              z.object({
                index: z.number().int(),
                line,
                ref: z.string().optional(),
                problems: z.array(problemItem.extend({ line })),
                warnings: z
                  .array(
                    problemItem.extend({
                      line,
                      text: z.string().describe('The reference as it is written.'),
                      ref: z.string().describe('What it means in full.'),
                      use: z.string().optional().describe('What to write instead, when an entity of a near name is there.'),
                    }),
                  )
                  .describe('References that lead nowhere. The catalog takes the document all the same.'),
              }),
            ),
          }),
        },
      },
    },
    async ({ body }) => ({
      items: (await checks.checkDocuments(body.documents)).map(({ index, line: at, ref, problems, warnings }) => ({
        index,
        line: at,
        ...(ref === undefined ? {} : { ref }),
        problems: problems.map((problem) => ({ ...problem })),
        warnings: warnings.map((warning) => ({ ...warning })),
      })),
    }),
  );
}
