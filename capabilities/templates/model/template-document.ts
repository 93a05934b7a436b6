import { PavedError, refOf, type Entity, type Json, type JsonObject } from '@paved/kernel';

/** One step of a template, with Backstage's defaults filled in. */
export interface TemplateStep {
  readonly id: string;
  readonly name: string;
  readonly action: string;
  readonly input: JsonObject;
  /** Expression or boolean; absent means always. */
  readonly if?: string | boolean;
  /** Expression or array: the step runs once for each value. */
  readonly each?: Json;
}

export interface ParameterPage {
  readonly title: string;
  readonly description?: string;
  /** JSON Schema of the page's values, `ui:*` hints included. */
  readonly schema: JsonObject;
}

/** What a run needs of a template; copied into the run, so that a later change of the template does not reach it. */
export interface TemplateDocument {
  readonly ref: string;
  readonly title: string;
  readonly description: string;
  readonly pages: readonly ParameterPage[];
  readonly steps: readonly TemplateStep[];
  readonly output: JsonObject;
  readonly secretsSchema?: JsonObject;
  readonly presentation?: JsonObject;
  readonly formDecorators?: Json;
  /** Where the template was read, as the catalog annotates it: `file:/…/template.yaml`, `git:…`. */
  readonly location: string;
  readonly originLocation: string;
  /** What it made is removed again when the run fails (annotation `paved.dev/undo: on-failure`); a cancel always removes. */
  readonly undoOnFailure: boolean;
}

const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);
const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

/** Reads a Template entity. Throws `invalid` with a sentence when a step is not usable. */
export function readTemplate(entity: Entity): TemplateDocument {
  const ref = refOf(entity);
  const spec = entity.spec ?? {};
  const annotations = entity.metadata.annotations ?? {};
  const secretsSchema = isObject(spec['secrets']) && isObject(spec['secrets']['schema']) ? spec['secrets']['schema'] : undefined;
  const decorators = spec['formDecorators'] ?? spec['EXPERIMENTAL_formDecorators'];
  const recovery = isObject(spec['EXPERIMENTAL_recovery']) ? spec['EXPERIMENTAL_recovery'] : {};
  const location = annotations['backstage.io/managed-by-location'] ?? '';
  if (recovery['EXPERIMENTAL_strategy'] !== undefined && typeof recovery['EXPERIMENTAL_strategy'] !== 'string') {
    throw new PavedError('invalid', `${ref}: spec.EXPERIMENTAL_recovery.EXPERIMENTAL_strategy must be none or startOver.`);
  }
  return {
    ref,
    title: entity.metadata.title ?? entity.metadata.name,
    description: entity.metadata.description ?? '',
    pages: pagesOf(spec['parameters']),
    steps: stepsOf(ref, spec['steps']),
    output: isObject(spec['output']) ? spec['output'] : {},
    ...(secretsSchema === undefined ? {} : { secretsSchema }),
    ...(isObject(spec['presentation']) ? { presentation: spec['presentation'] } : {}),
    ...(decorators === undefined ? {} : { formDecorators: decorators }),
    location,
    originLocation: annotations['backstage.io/managed-by-origin-location'] ?? location,
    undoOnFailure: annotations['paved.dev/undo'] === 'on-failure',
  };
}

function pagesOf(parameters: Json | undefined): ParameterPage[] {
  const pages = Array.isArray(parameters) ? parameters : parameters === undefined ? [] : [parameters];
  return pages.filter(isObject).map((schema, index) => {
    const description = textOf(schema['description']);
    return {
      title: textOf(schema['title']) ?? (pages.length === 1 ? 'Fill in' : `Page ${index + 1}`),
      ...(description === undefined ? {} : { description }),
      schema,
    };
  });
}

function stepsOf(ref: string, steps: Json | undefined): TemplateStep[] {
  if (!Array.isArray(steps))
    throw new PavedError('invalid', `${ref} has no steps.`, { fix: 'Give spec.steps a list of steps, each with an action.' });
  const seen = new Set<string>();
  return steps.map((step, index) => {
    const at = `spec.steps[${index}]`;
    if (!isObject(step)) throw new PavedError('invalid', `${ref}: ${at} is not an object.`);
    const action = textOf(step['action']);
    if (action === undefined)
      throw new PavedError('invalid', `${ref}: ${at} names no action.`, { fix: 'Write for example action: fetch:template.' });
    const id = textOf(step['id']) ?? `step-${index + 1}`;
    if (seen.has(id))
      throw new PavedError('invalid', `${ref}: two steps have the id "${id}".`, { fix: 'Give every step an id of its own.' });
    seen.add(id);
    const input = step['input'] ?? {};
    if (!isObject(input)) throw new PavedError('invalid', `${ref}: ${at}.input is not an object.`);
    const condition = step['if'];
    return {
      id,
      name: textOf(step['name']) ?? action,
      action,
      input,
      ...(typeof condition === 'string' || typeof condition === 'boolean' ? { if: condition } : {}),
      ...(step['each'] === undefined ? {} : { each: step['each'] }),
    };
  });
}
