import type { App } from '@paved/host';
import { hasRole, messageOf, PavedError, type Actor, type Problem } from '@paved/kernel';
import { z } from 'zod';
import { STORED_BY_PEOPLE } from '../../index.ts';
import { parseDocuments } from '../../model/documents.ts';
import { suggestName } from '../../model/field-rules.ts';
import { repositoryAddress } from '../../model/repository-address.ts';
import { validateDocument } from '../../model/validate.ts';
import { judge, putRecords, type ApplyResult } from '../entities-without-source.ts';
import type { EntityRecord } from '../entity-record.ts';
import { knownByRefs } from '../store.ts';
import type { RouteDeps } from './deps.ts';
import { isLocal } from '../reading/own-disk.ts';
import { onlyKnownQuery } from './known-query.ts';
import { mayRead } from './locations.ts';
import { sendNothing } from './raw-json.ts';
import { problemItem } from './schemas.ts';

const ORIGIN = STORED_BY_PEOPLE;
const MAX_DOCUMENTS = 10_000;

interface Item {
  readonly index: number;
  readonly line?: number;
  readonly ref?: string;
  readonly outcome: ApplyResult['outcome'];
  readonly problems: readonly Problem[];
}

/** Validating, analysing and applying documents. */
export function addCheckingRoutes(app: App, deps: RouteDeps): void {
  const tags = ['catalog'];

  app.post(
    '/api/catalog/validate-entity',
    {
      config: { permission: 'catalog.entity.validate' },
      preValidation: onlyKnownQuery,
      schema: {
        operationId: 'validateEntity',
        tags,
        summary: 'Checks one entity without storing it.',
        body: z.object({ entity: z.record(z.string(), z.json()), location: z.string() }),
        response: {
          200: z.null(),
          400: z.looseObject({
            errors: z.array(z.looseObject({ name: z.string(), message: z.string(), at: z.string(), fix: z.string().optional() })),
          }),
        },
      },
    },
    async (request, reply) => {
      const place = /^url:\S/.test(request.body.location.trim());
      if (!place) {
        const message = `Invalid location ref ${request.body.location}, only 'url:<target>' is supported`;
        const fix = 'Write it as url:https://example.com/catalog-info.yaml.';
        return reply.code(400).send({ errors: [{ name: 'TypeError', message: `${message}. ${fix}`, at: '/location', fix }] });
      }
      await deps.kinds.fresh();
      const verdict = validateDocument(request.body.entity, deps.registry);
      if (verdict.valid) return sendNothing(reply);
      return reply.code(400).send({
        errors: verdict.problems.map((problem) => ({
          name: 'InputError',
          message: problem.fix === undefined ? problem.message : `${problem.message} ${problem.fix}`,
          at: problem.at,
          ...(problem.fix === undefined ? {} : { fix: problem.fix }),
        })),
      });
    },
  );

  app.post(
    '/api/catalog/apply',
    {
      config: { signedIn: true },
      schema: {
        operationId: 'applyDocuments',
        tags,
        summary: 'Stores documents that have no source; answers for each. Either all are stored, or none.',
        body: z.object({
          documents: z.union([
            z.string().describe('YAML or JSON, several documents parted by ---.'),
            z.array(z.record(z.string(), z.json())).max(MAX_DOCUMENTS),
          ]),
          dryRun: z.boolean().optional().describe('Only say what would happen.'),
        }),
        response: {
          200: z.object({
            applied: z.boolean(),
            items: z.array(
              z.object({
                index: z.number().int(),
                line: z.number().int().optional(),
                ref: z.string().optional(),
                outcome: z.enum(['added', 'updated', 'unchanged', 'refused']),
                problems: z.array(problemItem),
              }),
            ),
          }),
        },
      },
    },
    async (request) => {
      const { documents, dryRun = false } = request.body;
      await deps.kinds.fresh();
      const { items, records } = judgeAll(documents, request.actor);
      if (items.length === 0)
        throw new PavedError('invalid', 'There is no document to apply.', {
          fix: 'Send at least one document with apiVersion, kind and metadata.',
        });
      const refused = items.some((item) => item.outcome === 'refused');
      if (dryRun || refused) {
        const known = await knownByRefs(deps.db, [...records.keys()]);
        return {
          applied: false,
          items: items.map((item) => {
            const record = item.ref === undefined ? undefined : records.get(item.ref);
            const before = item.ref === undefined ? undefined : known.get(item.ref);
            if (record === undefined || item.outcome === 'refused') return { ...item, problems: [...item.problems] };
            if (before !== undefined && before.ownerKey !== `origin:${ORIGIN}`)
              return {
                ...item,
                outcome: 'refused' as const,
                problems: [{ at: '/metadata/name', message: `${record.ref} is kept in ${before.source}.`, fix: 'Change it there.' }],
              };
            return {
              ...item,
              outcome:
                before === undefined ? ('added' as const) : before.hash === record.hash ? ('unchanged' as const) : ('updated' as const),
              problems: [],
            };
          }),
        };
      }
      const results = await applyAll(deps, [...records.values()], request.actor);
      return {
        applied: [...results.values()].every((result) => result.outcome !== 'refused'),
        items: items.map((item) => {
          const result = results.get(item.ref ?? '');
          return { ...item, outcome: result?.outcome ?? item.outcome, problems: [...(result?.problems ?? [])] };
        }),
      };
    },
  );

  function judgeAll(
    documents: string | readonly Record<string, unknown>[],
    actor: Actor,
  ): { items: Item[]; records: Map<string, EntityRecord> } {
    const records = new Map<string, EntityRecord>();
    const sources =
      typeof documents === 'string'
        ? parseDocuments(documents)
        : documents.map((value, index) => ({ index, line: undefined, value, lineOf: undefined }));
    // Kinds and what is of them may come together.
    const registry = deps.registry.withDocuments(sources.flatMap((source) => ('broken' in source ? [] : [source.value])));
    const items = sources.map((source): Item => {
      const place = { index: source.index, ...(source.line === undefined ? {} : { line: source.line }) };
      if ('broken' in source) return { ...place, outcome: 'refused', problems: [source.broken] };
      const judged = judge({ registry }, source.value, ORIGIN);
      if ('problems' in judged) {
        const line = source.lineOf?.(judged.problems[0]?.at ?? '/');
        return { ...place, ...(line === undefined ? {} : { line }), outcome: 'refused', problems: judged.problems };
      }
      const { record } = judged;
      const forbidden = mayStore(record, actor);
      if (forbidden !== undefined) return { ...place, ref: record.ref, outcome: 'refused', problems: [forbidden] };
      if (records.has(record.ref))
        return {
          ...place,
          ref: record.ref,
          outcome: 'refused',
          problems: [{ at: '/metadata/name', message: `${record.ref} stands twice in this request.`, fix: 'Remove one of the two.' }],
        };
      records.set(record.ref, record);
      return { ...place, ref: record.ref, outcome: 'unchanged', problems: [] };
    });
    return { items, records };
  }

  function mayStore(record: EntityRecord, actor: Actor): Problem | undefined {
    if (!hasRole(actor, 'platform-engineer') && !deps.registry.isForEverybody(record.kindTitle)) {
      return {
        at: '/kind',
        message: `Documents of kind ${record.kindTitle} are for platform engineers.`,
        fix: 'Ask the platform team, or propose it as a pull request to their repository.',
      };
    }
    const ownerRefs = record.edges.filter((edge) => edge.type === 'ownedBy').map((edge) => edge.to);
    const decision = deps.guard.decide(actor, 'catalog.entity.create', { ref: record.ref, ownerRefs });
    return decision.allowed
      ? undefined
      : { at: '/spec/owner', message: decision.reason, ...(decision.fix === undefined ? {} : { fix: decision.fix }) };
  }

  app.post(
    '/api/catalog/analyze-location',
    {
      config: { permission: 'catalog.location.analyze' },
      preValidation: onlyKnownQuery,
      schema: {
        operationId: 'analyzeLocation',
        tags,
        summary: 'What is at an address: documents that exist, or one that could be written.',
        body: z.object({
          location: z.strictObject({ type: z.string(), target: z.string().min(1), presence: z.enum(['required', 'optional']).optional() }),
          catalogFilename: z.string().optional(),
          catalogFileName: z.string().optional(),
        }),
        response: { 200: z.object({ existingEntityFiles: z.array(z.looseObject({})), generateEntities: z.array(z.looseObject({})) }) },
      },
    },
    async (request) => {
      const { location } = request.body;
      mayRead(request.actor, location);
      try {
        const found = await deps.locations.preview(location);
        if (found.length > 0) {
          return {
            existingEntityFiles: found.map((entity) => ({
              isRegistered: false,
              location: {
                type: 'url',
                target: entity.metadata.annotations?.['backstage.io/managed-by-location']?.replace(/^\w+:/, '') ?? location.target,
              },
              entity,
            })),
            generateEntities: [],
          };
        }
      } catch (error) {
        deps.log.debug({ target: location.target, reason: messageOf(error) }, 'Nothing readable at an analysed address.');
      }
      const repository = isLocal(location) ? undefined : repositoryAddress(location.target);
      if (repository === undefined)
        throw new PavedError('invalid', 'The given location.target is not a URL', {
          fix: 'Write the whole address, for example https://github.com/acme/checkout.',
        });
      const { name, slug } = repository;
      return {
        existingEntityFiles: [],
        generateEntities: [
          {
            entity: {
              apiVersion: 'backstage.io/v1alpha1',
              kind: 'Component',
              metadata: {
                name: suggestName(name),
                ...(slug === undefined ? {} : { annotations: { [slug.annotation]: slug.value } }),
              },
              spec: { type: 'other', lifecycle: 'unknown' },
            },
            fields: [],
          },
        ],
      };
    },
  );
}

/** Stores all, or none when one belongs to someone else. */
async function applyAll(deps: RouteDeps, records: readonly EntityRecord[], actor: Actor): Promise<Map<string, ApplyResult>> {
  class Refused extends Error {
    readonly results: Map<string, ApplyResult>;
    constructor(results: Map<string, ApplyResult>) {
      super('refused');
      this.results = results;
    }
  }
  try {
    return await deps.db.transaction().execute(async (tx) => {
      const results = await putRecords(deps, tx, records, ORIGIN, actor);
      if ([...results.values()].some((result) => result.outcome === 'refused')) throw new Refused(results);
      return results;
    });
  } catch (error) {
    if (error instanceof Refused) return error.results;
    throw error;
  }
}
