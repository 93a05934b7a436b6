import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseAllDocuments, parse } from 'yaml';
import { isPavedError, messageOf, refOf, type Actor, type Entity, type JsonObject, type Problem } from '@paved/kernel';
import type { Scm } from '@paved/repositories';
import type { StepContext } from '@paved/runs';
import type { TemplateDocument } from '../model/template-document.ts';
import type { ActionRegistry } from './action-registry.ts';
import { readFolder, writeInside, type SourceFile } from './copy-files.ts';
import type { Sandbox } from './sandbox.ts';
import { openTemplateSource } from './template-source.ts';
import { walk, type Stage } from './walk.ts';

export interface DryRunLog {
  readonly message: string;
  readonly stepId?: string;
  readonly status?: 'processing' | 'completed' | 'failed' | 'skipped';
}

export interface DryRun {
  readonly files: readonly SourceFile[];
  readonly output: JsonObject;
  readonly log: readonly DryRunLog[];
  readonly steps: readonly { id: string; name: string; action: string; status: 'completed' | 'failed' | 'skipped' }[];
  /** What stopped it; the log up to there is kept. */
  readonly error?: { readonly message: string; readonly fix?: string };
}

export interface DryRunRequest {
  readonly template: TemplateDocument;
  readonly values: JsonObject;
  readonly secrets: JsonObject;
  readonly actor: Actor;
  readonly userEntity?: Entity;
  /** Files beside the template, when it is not one of the catalog. */
  readonly contents?: readonly { path: string; bytes: Buffer }[];
}

/** Carries the steps out in a temporary folder, leaving out every action that has effects elsewhere. */
export async function dryRun(
  deps: { sandbox: Sandbox; actions: ActionRegistry; scm: Scm; baseUrl: () => string },
  request: DryRunRequest,
): Promise<DryRun> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'paved-preview-'));
  const log: DryRunLog[] = [];
  const steps: DryRun['steps'][number][] = [];
  try {
    const contents = path.join(folder, 'template');
    for (const file of request.contents ?? []) await writeInside(folder, `template/${file.path}`, file.bytes, { replace: true });
    const run: Stage['run'] = {
      id: 'preview',
      actor: request.actor,
      cause: { type: 'user' },
      attempt: 1,
      signal: new AbortController().signal,
      mask: () => {},
    };
    const stage: Stage = {
      run,
      dryRun: true,
      folder,
      source: async () =>
        request.contents === undefined ? openTemplateSource(deps, request.template, contents) : { folder: contents, root: contents },
      async step(step, _options, work) {
        log.push({ message: `Beginning step ${step.name}`, stepId: step.id, status: 'processing' });
        const context: StepContext = {
          idempotencyKey: `preview/${step.id}`,
          attempt: 1,
          signal: run.signal,
          log: (text) => void log.push({ message: text, stepId: step.id }),
        };
        try {
          const output = await work(context);
          steps.push({ id: step.id, name: step.name, action: step.action, status: 'completed' });
          log.push({ message: `Finished step ${step.name}`, stepId: step.id, status: 'completed' });
          return output;
        } catch (error) {
          steps.push({ id: step.id, name: step.name, action: step.action, status: 'failed' });
          log.push({ message: messageOf(error), stepId: step.id, status: 'failed' });
          throw error;
        }
      },
      async skip(step, reason) {
        steps.push({ id: step.id, name: step.name, action: step.action, status: 'skipped' });
        log.push({ message: reason, stepId: step.id, status: 'skipped' });
      },
    };
    let output: JsonObject = {};
    let error: DryRun['error'];
    try {
      output = await walk(deps, stage, {
        template: request.template,
        values: request.values,
        secrets: request.secrets,
        actor: request.actor,
        user: { ref: request.actor.ref, ...(request.userEntity === undefined ? {} : { entity: request.userEntity }) },
      });
    } catch (thrown) {
      if (!isPavedError(thrown)) throw thrown;
      error = { message: thrown.message, ...(thrown.fix === undefined ? {} : { fix: thrown.fix }) };
    }
    const made = path.join(folder, 'files');
    const files = await readFolder(made).catch(() => []);
    return { files, output, log, steps, ...(error === undefined ? {} : { error }) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The entities that the files would register; documents that cannot be read are told as problems. */
export function entitiesIn(files: readonly SourceFile[]): { entities: Entity[]; problems: Problem[] } {
  const file = files.find(({ path: name }) => name === 'catalog-info.yaml');
  if (file === undefined) return { entities: [], problems: [] };
  const entities: Entity[] = [];
  const problems: Problem[] = [];
  for (const document of parseAllDocuments(file.bytes.toString('utf8'))) {
    if ('errors' in document && document.errors.length > 0) {
      problems.push({ at: file.path, message: document.errors[0]?.message ?? 'is not YAML' });
      continue;
    }
    const entity: unknown = 'toJS' in document ? document.toJS({ maxAliasCount: 100 }) : undefined;
    try {
      if (entity === null || entity === undefined) continue;
      const { kind, metadata } = entity as Partial<Entity>;
      // While a form is being filled in, `name:` is still empty.
      if (typeof kind !== 'string' || typeof metadata?.name !== 'string') throw new TypeError('no kind or name');
      refOf(entity as Entity);
      entities.push(entity as Entity);
    } catch {
      problems.push({ at: file.path, message: 'A document has no kind or no metadata.name.' });
    }
  }
  return { entities, problems };
}

/** What the Score file asks the platform for. */
export function resourcesIn(files: readonly SourceFile[]): { name: string; type: string; class: string }[] {
  const file = files.find(({ path: name }) => name === 'score.yaml');
  if (file === undefined) return [];
  try {
    const score: unknown = parse(file.bytes.toString('utf8'), { maxAliasCount: 100 });
    const resources = (score as { resources?: Record<string, { type?: unknown; class?: unknown }> } | null)?.resources ?? {};
    return Object.entries(resources).map(([name, resource]) => ({
      name,
      type: String(resource?.type ?? ''),
      class: String(resource?.class ?? 'default'),
    }));
  } catch {
    // The Score file is checked by the orchestrator, with better sentences, when it is deployed.
    return [];
  }
}
