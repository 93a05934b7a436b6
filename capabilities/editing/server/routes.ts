import type { App } from '@paved/host';
import { formatRef, parseRef, PavedError } from '@paved/kernel';
import { z } from 'zod';
import { changeModes, placeWords, type DocumentPlace } from '../model/place.ts';
import { draftChange, type Draft, type ModeVerdict } from './drafting.ts';
import { locate } from './locating.ts';
import { placesFor, type PlacesDeps } from './places.ts';
import { saveChange, type SavingDeps } from './saving.ts';

const tags = ['editing'];
const MOST = 1_000_000;
const text = z.string().max(MOST);

const modes = z.array(
  z.object({ mode: z.enum(changeModes), allowed: z.boolean(), reason: z.string().optional(), fix: z.string().optional() }),
);
const placeSchema = z
  .object({
    type: z.enum(['repository', 'forge', 'disk', 'store', 'elsewhere']),
    words: z.string().describe('For people.'),
    address: z.string().optional(),
    repository: z.string().optional(),
    label: z.string().optional().describe('The repository, for people: `shop/checkout`.'),
    path: z.string().optional(),
    branch: z
      .string()
      .optional()
      .describe('That commits go to and pull requests aim at; absent: the default branch of a repository that was not read yet.'),
    reason: z.string().optional().describe('Why it cannot be changed there.'),
    fix: z.string().optional(),
  })
  .meta({ id: 'DocumentPlace' });
const problem = z.object({
  at: z.string(),
  line: z.number().int().describe('Of the document’s text, from 1.'),
  message: z.string(),
  fix: z.string().optional(),
});
const warning = problem
  .extend({
    text: z.string().describe('The reference as it is written.'),
    ref: z.string().describe('What it means in full: an entity that is not in the catalog.'),
    use: z.string().optional().describe('What to write instead, when an entity of a near name is there.'),
  })
  .describe('A reference that leads nowhere. The change may be saved all the same.');
const difference = z.object({ path: z.string(), before: z.json().optional(), after: z.json().optional() });

const changeRequest = z.strictObject({
  ref: z.string().max(300).optional().describe('The entity to change; absent: a new one.'),
  yaml: text.optional().describe('The document’s text, comments and all.'),
  entity: z.record(z.string(), z.json()).optional().describe('Instead of yaml: what it should say; the text keeps its form.'),
  delete: z.boolean().optional(),
  base: text.optional().describe('The text as it was opened; refused when it is another one by now.'),
  to: z
    .strictObject({ address: z.string().max(1000), path: z.string().max(300) })
    .optional()
    .describe('Where a new document goes; absent: the store.'),
});

/** Reading, previewing and saving documents where they are kept. */
export function addEditingRoutes(app: App, deps: SavingDeps & PlacesDeps): void {
  app.get(
    '/api/editing/document',
    {
      config: { permission: 'editing.document.read' },
      schema: {
        operationId: 'getEntityDocument',
        tags,
        summary: 'An entity’s document as it stands in its source, and how it can be changed.',
        querystring: z.object({ ref: z.string().max(300) }),
        response: {
          200: z.object({
            ref: z.string(),
            kind: z.string(),
            text: z.string(),
            stale: z.boolean().describe('The document in the source is broken: the catalog shows an older version.'),
            place: placeSchema,
            modes,
          }),
        },
      },
    },
    async ({ query, actor }) => {
      const located = await locate(deps, canonical(query.ref));
      const draft = await draftChange(deps, { ref: located.ref, delete: true }, actor);
      const { text: found, entity, stale, ref } = located;
      return {
        ref,
        kind: entity.kind,
        text: found,
        stale,
        place: placeAnswer(located.place, draft.branch),
        modes: modesAnswer(draft.modes),
      };
    },
  );

  app.get(
    '/api/editing/places',
    {
      config: { permission: 'editing.document.read' },
      schema: {
        operationId: 'listDocumentPlaces',
        tags,
        summary: 'Repositories that can take new documents, with the files in them that the catalog reads.',
        response: {
          200: z.object({
            items: z.array(
              z.object({
                type: z.enum(['repository', 'forge']),
                address: z.string(),
                label: z.string(),
                files: z.array(z.string()),
                mayCommit: z.boolean(),
              }),
            ),
          }),
        },
      },
    },
    async ({ actor }) => ({ items: (await placesFor(deps, actor)).map((place) => ({ ...place, files: [...place.files] })) }),
  );

  app.post(
    '/api/editing/preview',
    {
      config: { permission: 'editing.document.read', onlyReads: true },
      schema: {
        operationId: 'previewChange',
        tags,
        summary:
          'What a change would do: problems and references that lead nowhere by line, differences, the file before and after, and how it may be saved.',
        body: changeRequest,
        response: {
          200: z.object({
            ref: z.string().optional(),
            place: placeSchema,
            problems: z.array(problem),
            warnings: z.array(warning),
            differences: z.array(difference),
            modes,
            before: z.string(),
            after: z.string(),
            file: z.object({ path: z.string(), before: z.string().optional(), after: z.string().optional() }).optional(),
            patch: z.string(),
          }),
        },
      },
    },
    async ({ body, actor }) => previewAnswer(await draftChange(deps, body, actor)),
  );

  app.post(
    '/api/editing/changes',
    {
      config: { signedIn: true },
      schema: {
        operationId: 'saveChange',
        tags,
        summary: 'Changes, creates or deletes a document where it is kept: by commit, pull request, or in the store.',
        body: changeRequest.extend({
          mode: z.enum(changeModes),
          message: z.string().max(5000).optional().describe('Of the commit; its first line is the pull request’s title.'),
          branch: z
            .string()
            .max(200)
            .regex(/^[\w./-]+$/)
            .optional()
            .describe('Of the pull request.'),
        }),
        response: {
          200: z.object({
            ref: z.string(),
            type: z.enum(['commit', 'pull-request', 'stored', 'written']),
            visible: z.boolean().describe('The catalog shows it already.'),
            note: z.string().optional(),
            href: z.string().optional(),
            sha: z.string().optional(),
            number: z.number().int().optional(),
            branch: z.string().optional(),
            path: z.string().optional(),
          }),
        },
      },
    },
    async ({ body, actor }) => {
      if (body.yaml !== undefined && body.entity !== undefined)
        throw new PavedError('invalid', 'The change says what it wants twice.', { fix: 'Send yaml or entity, not both.' });
      const { ...outcome } = await saveChange(deps, body, actor);
      return outcome;
    },
  );
}

const canonical = (ref: string): string => formatRef(parseRef(ref));
const modesAnswer = (verdicts: readonly ModeVerdict[]): z.infer<typeof modes> => verdicts.map((verdict) => ({ ...verdict }));

function placeAnswer(place: DocumentPlace, readFrom: string | undefined): z.infer<typeof placeSchema> {
  const words = placeWords(place);
  switch (place.type) {
    case 'source': {
      const { type, address, label, repository, path, branch = readFrom } = place.source;
      return { type, words, address, label, repository, path, ...(branch === undefined ? {} : { branch }) };
    }
    case 'disk':
      return { type: 'disk', words, path: place.path };
    case 'store':
      return { type: 'store', words };
    case 'elsewhere':
      return { type: 'elsewhere', words, reason: place.reason, fix: place.fix };
  }
}

function previewAnswer(draft: Draft) {
  const { ref, place, problems, warnings, differences, before, after, file, patch } = draft;
  return {
    ...(ref === undefined ? {} : { ref }),
    place: placeAnswer(place, draft.branch),
    problems: problems.map((one) => ({
      at: one.at,
      line: one.line,
      message: one.message,
      ...(one.fix === undefined ? {} : { fix: one.fix }),
    })),
    warnings: warnings.map((one) => ({
      at: one.at,
      line: one.line,
      message: one.message,
      text: one.text,
      ref: one.ref,
      ...(one.fix === undefined ? {} : { fix: one.fix }),
      ...(one.use === undefined ? {} : { use: one.use }),
    })),
    differences: differences.map((one) => ({ ...one })),
    modes: modesAnswer(draft.modes),
    before,
    after,
    ...(file === undefined
      ? {}
      : {
          file: {
            path: file.path,
            ...(file.before === undefined ? {} : { before: file.before }),
            ...(file.after === undefined ? {} : { after: file.after }),
          },
        }),
    patch,
  };
}
