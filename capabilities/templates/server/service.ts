import { PavedError, formatRef, parseRef, type Actor, type Entity, type JsonObject, type Problem } from '@paved/kernel';
import type { Audit } from '@paved/audit';
import type { Catalog } from '@paved/catalog';
import type { Database, Guard, Keyring } from '@paved/host';
import type { Scm } from '@paved/repositories';
import type { Run, Runs } from '@paved/runs';
import { EXECUTE_RUN } from '../index.ts';
import { withDefaults } from '../model/default-values.ts';
import { readTemplate, type TemplateDocument } from '../model/template-document.ts';
import type { ActionRegistry } from './action-registry.ts';
import { SECRETS_PURPOSE, type ExecuteInput } from './execute.ts';
import { obstacles } from './obstacles.ts';
import { dryRun, entitiesIn, resourcesIn, type DryRun } from './preview.ts';
import { ownSlug } from './own-repository.ts';
import type { Sandbox } from './sandbox.ts';
import type { TaskStore } from './store.ts';

export interface ServiceDeps {
  readonly catalog: Catalog;
  readonly runs: Runs;
  readonly scm: Scm;
  readonly audit: Audit;
  readonly guard: Guard;
  readonly keyring: Keyring;
  readonly db: Database;
  readonly store: TaskStore;
  readonly sandbox: Sandbox;
  readonly actions: ActionRegistry;
  readonly now: () => Date;
  readonly baseUrl: () => string;
}

export interface TemplateCard {
  readonly ref: string;
  readonly name: string;
  readonly namespace: string;
  readonly title: string;
  readonly description: string;
  readonly type: string;
  readonly owner?: string;
  readonly tags: readonly string[];
  readonly icon?: string;
  readonly steps: number;
  /** Times it was used. */
  readonly uses: number;
  /** Median time of its last successful uses, in milliseconds. */
  readonly typicalMs?: number;
  /** Why it cannot be used. */
  readonly problems: readonly Problem[];
}

export interface Preview {
  readonly valid: boolean;
  /** Problems of the values, each at a JSON pointer. */
  readonly problems: readonly Problem[];
  readonly steps: DryRun['steps'];
  readonly files: readonly { path: string; size: number; executable: boolean }[];
  readonly entities: readonly { ref: string; kind: string; name: string; type?: string; owner?: string }[];
  readonly resources: readonly { name: string; type: string; class: string }[];
  readonly repository?: string;
  readonly typicalMs?: number;
  readonly log: DryRun['log'];
  readonly error?: { readonly message: string; readonly fix?: string };
}

export interface TemplateService {
  list(): Promise<TemplateCard[]>;
  get(ref: string): Promise<{ entity: Entity; template: TemplateDocument; card: TemplateCard }>;
  check(template: TemplateDocument, values: JsonObject, secrets: JsonObject): Promise<readonly Problem[]>;
  preview(ref: string, values: JsonObject, actor: Actor): Promise<Preview>;
  execute(ref: string, given: { values: JsonObject; secrets?: Readonly<Record<string, string>> }, actor: Actor): Promise<Run>;
}

export function createTemplateService(deps: ServiceDeps): TemplateService {
  const find = async (ref: string): Promise<Entity> => {
    const canonical = formatRef(parseRef(ref, { kind: 'template' }));
    const entity = await deps.catalog.get(canonical);
    if (entity === undefined || entity.kind.toLowerCase() !== 'template') {
      throw new PavedError('not_found', `Template ${canonical} not found`, { fix: 'See /api/templates for those there are.' });
    }
    return entity;
  };
  const card = async (entity: Entity, uses: number): Promise<TemplateCard> => {
    const spec = entity.spec ?? {};
    let document: TemplateDocument | undefined;
    let problems: readonly Problem[];
    try {
      document = readTemplate(entity);
      problems = deps.actions.problems(document);
    } catch (error) {
      if (!(error instanceof PavedError)) throw error;
      problems = [{ at: '/spec', message: error.message, ...(error.fix === undefined ? {} : { fix: error.fix }) }];
    }
    const ref = formatRef(parseRef(entity.metadata.name, { kind: 'template', namespace: entity.metadata.namespace ?? 'default' }));
    const typicalMs = uses === 0 ? undefined : await typicalTime(deps.runs, ref);
    const icon = entity.metadata.annotations?.['paved.dev/icon'];
    return {
      ref,
      name: entity.metadata.name,
      namespace: entity.metadata.namespace ?? 'default',
      title: entity.metadata.title ?? entity.metadata.name,
      description: entity.metadata.description ?? '',
      type: typeof spec['type'] === 'string' ? spec['type'] : 'other',
      ...(typeof spec['owner'] === 'string'
        ? { owner: formatRef(parseRef(spec['owner'], { kind: 'group', namespace: entity.metadata.namespace ?? 'default' })) }
        : {}),
      tags: entity.metadata.tags ?? [],
      ...(icon === undefined ? {} : { icon }),
      steps: document?.steps.length ?? 0,
      uses,
      ...(typicalMs === undefined ? {} : { typicalMs }),
      problems,
    };
  };
  const check: TemplateService['check'] = async (template, values, secrets) => [
    ...(await deps.sandbox.check(
      template.pages.map((page) => page.schema),
      values,
    )),
    ...(template.secretsSchema === undefined
      ? []
      : (await deps.sandbox.check([template.secretsSchema], secrets)).map((problem) => ({ ...problem, at: `/secrets${problem.at}` }))),
  ];

  return {
    check,
    async list() {
      const [entities, counts] = await Promise.all([deps.catalog.ofKind('Template'), deps.store.counts()]);
      const cards = await Promise.all(
        entities.map((entity) =>
          card(
            entity,
            counts.get(
              formatRef(parseRef(entity.metadata.name, { kind: 'template', namespace: entity.metadata.namespace ?? 'default' })),
            ) ?? 0,
          ),
        ),
      );
      return cards.sort((a, b) => b.uses - a.uses || (a.title < b.title ? -1 : 1));
    },
    async get(ref) {
      const entity = await find(ref);
      const template = readTemplate(entity);
      return { entity, template, card: await card(entity, (await deps.store.counts()).get(template.ref) ?? 0) };
    },
    async preview(ref, given, actor) {
      const template = readTemplate(await find(ref));
      const values = withDefaults(template.pages, given);
      const unknown = deps.actions.problems(template);
      const problems = await check(template, values, {});
      const userEntity = await deps.catalog.get(actor.ref);
      const result =
        unknown.length > 0
          ? undefined
          : await dryRun(deps, { template, values, secrets: {}, actor, ...(userEntity === undefined ? {} : { userEntity }) });
      const { entities, problems: broken } = entitiesIn(result?.files ?? []);
      const repository = result === undefined ? undefined : await repositoryOf(deps, template, values, result.output, actor.ref);
      const typicalMs = await typicalTime(deps.runs, template.ref);
      const secretProblems = problems.filter(({ at }) => !at.startsWith('/secrets'));
      // Of values that do not fit there is nothing more to say.
      if (secretProblems.length === 0) secretProblems.push(...(await obstacles(deps, { template, values, entities, repository }, actor)));
      return {
        valid: secretProblems.length === 0 && unknown.length === 0 && broken.length === 0 && result?.error === undefined,
        problems: [...secretProblems, ...unknown, ...broken],
        steps: result?.steps ?? [],
        files: (result?.files ?? []).map((file) => ({ path: file.path, size: file.bytes.length, executable: (file.mode & 0o111) !== 0 })),
        entities: entities.map((entity) => ({
          ref: formatRef({ kind: entity.kind, namespace: entity.metadata.namespace ?? 'default', name: entity.metadata.name }),
          kind: entity.kind,
          name: entity.metadata.name,
          ...(typeof entity.spec?.['type'] === 'string' ? { type: entity.spec['type'] } : {}),
          ...(typeof entity.spec?.['owner'] === 'string' ? { owner: entity.spec['owner'] } : {}),
        })),
        resources: resourcesIn(result?.files ?? []),
        ...(repository === undefined ? {} : { repository }),
        ...(typicalMs === undefined ? {} : { typicalMs }),
        log: result?.log ?? [],
        ...(result?.error === undefined ? {} : { error: result.error }),
      };
    },
    async execute(ref, { values: given, secrets = {} }, actor) {
      const template = readTemplate(await find(ref));
      const unknown = deps.actions.problems(template);
      if (unknown[0] !== undefined) {
        throw new PavedError('invalid', `${template.ref} cannot run. ${unknown.map(({ message }) => message).join(' ')}`, {
          problems: unknown,
          ...(unknown[0].fix === undefined ? {} : { fix: unknown[0].fix }),
        });
      }
      const values = withDefaults(template.pages, given);
      const problems = await check(template, values, secrets);
      if (problems.length > 0) {
        throw new PavedError('invalid', problems.map(({ message }) => message).join(' '), {
          problems,
          ...(problems[0]?.fix === undefined ? {} : { fix: problems[0].fix }),
        });
      }
      const userEntity = await deps.catalog.get(actor.ref);
      const input: ExecuteInput = {
        templateRef: template.ref,
        title: template.title,
        ...(typeof values['name'] === 'string' ? { name: values['name'] } : {}),
        values,
        steps: template.steps.map((step) => ({ id: step.id, title: step.name })),
      };
      return deps.db.transaction().execute(async (tx) => {
        const run = await deps.runs.start({ kind: EXECUTE_RUN, input, actor, cause: { type: 'user' }, subjects: [template.ref] }, tx);
        await deps.store.add(
          {
            runId: run.id,
            templateRef: template.ref,
            document: template,
            values,
            ...(Object.keys(secrets).length === 0 ? {} : { sealedSecrets: deps.keyring.seal(SECRETS_PURPOSE, JSON.stringify(secrets)) }),
            userRef: actor.ref,
            ...(userEntity === undefined ? {} : { userEntity }),
            createdAt: deps.now().toISOString(),
          },
          tx,
        );
        await deps.audit.record(
          {
            actor,
            action: EXECUTE_RUN,
            subject: template.ref,
            cause: run.id,
            after: values,
            facts: { run: run.id, ...(input.name === undefined ? {} : { name: input.name }) },
          },
          tx,
        );
        return run;
      });
    },
  };
}

/** Median time of the last successful uses. */
async function typicalTime(runs: Runs, ref: string): Promise<number | undefined> {
  const past = await runs.list({ kind: EXECUTE_RUN, subject: ref, status: ['succeeded'], limit: 20 });
  const times = past
    .flatMap((run) =>
      run.startedAt !== undefined && run.endedAt !== undefined ? [Date.parse(run.endedAt) - Date.parse(run.startedAt)] : [],
    )
    .sort((a, b) => a - b);
  return times[Math.floor(times.length / 2)];
}

/** The slug that the template's publish step would create. */
async function repositoryOf(
  deps: ServiceDeps,
  template: TemplateDocument,
  values: JsonObject,
  output: JsonObject,
  userRef: string,
): Promise<string | undefined> {
  const step = template.steps.find(({ action }) => action === 'publish:git');
  if (step?.input['repoUrl'] === undefined) return undefined;
  try {
    const url = await deps.sandbox.value(`Step "${step.id}", input`, step.input['repoUrl'], {
      parameters: values,
      steps: {},
      user: { ref: userRef },
      output,
    });
    return typeof url === 'string' ? ownSlug(url, deps.baseUrl()) : undefined;
  } catch (error) {
    if (error instanceof PavedError) return undefined;
    throw error;
  }
}
