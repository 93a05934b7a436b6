import { createHash } from 'node:crypto';
import path from 'node:path';
import { setImmediate as breathe } from 'node:timers/promises';
import picomatch from 'picomatch';
import { formatRef, isPavedError, messageOf, refOf, type Entity, type Json, type Problem } from '@paved/kernel';
import { parseDocuments, type SourceDocument } from '../../model/documents.ts';
import type { KindRegistry } from '../../model/kind-registry.ts';
import { annotate, locationEntity, locationRef, targetsOf } from '../../model/location.ts';
import { fillPlaceholders, placeholdersOf, unreadable, type Placeholder } from '../../model/placeholders.ts';
import type { Edge } from '../../model/relations.ts';
import { validateDocument } from '../../model/validate.ts';
import type { Place } from '../entity-record.ts';
import type { ProblemRecord } from '../store.ts';
import type { SourceFile } from './source-file.ts';
import type { Sources } from './sources.ts';

/** An entity as its source has it now. */
interface ReadEntity {
  readonly entity: Entity;
  readonly edges: readonly Edge[];
  readonly place: Place;
}

/** Everything a location holds now. */
export interface Reading {
  readonly revision: string;
  /** The commit its target stands at, where it is a repository's. */
  readonly commit?: string;
  readonly entities: readonly ReadEntity[];
  readonly problems: readonly ProblemRecord[];
  /** Refs of broken documents that say who they are. */
  readonly brokenRefs: ReadonlyMap<string, string>;
  /** Sources with a broken document that does not, or that could not be read, with the reason. */
  readonly brokenSources: ReadonlyMap<string, string>;
  /** Set when the location's own target could not be read at all. */
  readonly unreadable?: string;
}

const MAX_TARGETS = 20_000;

export interface ReadDeps {
  readonly sources: Sources;
  readonly registry: KindRegistry;
}

/** Reads a location and everything its Location documents lead to. Never throws for what is wrong inside. */
export async function readLocation(
  deps: ReadDeps,
  location: { type: string; target: string; kinds?: readonly string[] | null; origin?: string },
): Promise<Reading> {
  const origin = locationRef(location);
  const root = rootOf(location);
  const entities: ReadEntity[] = [];
  const problems: ProblemRecord[] = [];
  const brokenRefs = new Map<string, string>();
  const brokenSources = new Map<string, string>();
  const digest = createHash('sha256');
  const visited = new Set<string>();
  let unreadableReason: string | undefined;
  let commit: string | undefined;

  const generated = locationEntity(location, createHash('sha1').update(origin).digest('hex'));
  entities.push({ entity: generated, edges: [], place: { source: origin, document: 0, line: 1 } });

  const queue: {
    type: string;
    target: string;
    parentRef: string;
    from?: { source: string; line: number; path: string };
    optional: boolean;
  }[] = [
    {
      type: location.type,
      target: location.target,
      parentRef: refOf(generated),
      optional: location.origin?.startsWith('provider:') === true,
    },
  ];
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const { type, target, parentRef, from, optional } = next;
    let files: readonly SourceFile[];
    try {
      const found = await deps.sources.read(type, target);
      files = found.files;
      commit ??= files[0]?.revision;
      if (found.revision !== undefined) digest.update(found.revision);
    } catch (error) {
      // Only a missing file is fine where files are optional; a source that cannot be reached keeps what it brought.
      if (optional && isPavedError(error, 'not_found')) {
        // A discovered place without a file brings nothing, not even itself.
        if (from === undefined) entities.pop();
        continue;
      }
      const message = messageOf(error);
      const fix = (error as { fix?: string }).fix;
      const source = from?.source ?? origin;
      problems.push({
        kind: 'missing',
        source,
        line: from?.line ?? 1,
        path: from?.path ?? '/',
        message,
        ...(fix === undefined ? {} : { fix }),
      });
      brokenSources.set(`${type === 'file' ? 'file' : 'url'}:${target}`, message);
      if (from === undefined) unreadableReason = message;
      continue;
    }
    for (const file of files) {
      const source = `${file.type}:${file.target}`;
      if (visited.has(source)) continue;
      visited.add(source);
      digest.update(source).update(file.text);
      for (const document of parseDocuments(file.text)) {
        if (entities.length % 200 === 0) await breathe();
        await take(document, file, source, parentRef);
      }
    }
  }

  async function take(document: SourceDocument, file: SourceFile, source: string, parentRef: string): Promise<void> {
    if ('broken' in document) return refuse(document.broken, document.line, document.claims);
    const { value, lineOf } = document;
    if (file.type === 'file' && location.type === 'directory' && !belongs(value)) return;
    const placeholders = placeholdersOf(value);
    const filled = placeholders.length === 0 ? { value } : await fill(value, placeholders, file);
    if ('problem' in filled) return refuse(filled.problem, lineOf(filled.problem.at), value);
    const verdict = validateDocument(filled.value, deps.registry);
    if (!verdict.valid) {
      for (const problem of verdict.problems) refuse(problem, lineOf(problem.at), value);
      return;
    }
    if (location.kinds !== undefined && location.kinds !== null && !location.kinds.includes(verdict.entity.kind)) {
      return refuse(
        {
          at: '/kind',
          message: `The kind ${verdict.entity.kind} is not taken from a source that a developer registered.`,
          fix: 'Let a platform engineer register this source.',
        },
        lineOf('/kind'),
        value,
      );
    }
    const entity = annotate(verdict.entity, {
      location: source,
      origin,
      ...(file.viewUrl === undefined ? {} : { viewUrl: file.viewUrl }),
      ...(file.editUrl === undefined ? {} : { editUrl: file.editUrl }),
      ...(file.sourceLocation === undefined ? {} : { sourceLocation: file.sourceLocation }),
    });
    entities.push({
      entity,
      edges: verdict.edges,
      place: {
        source,
        document: document.index,
        line: document.line,
        parentRef,
        ...(file.revision === undefined ? {} : { revision: file.revision }),
      },
    });
    if (entity.kind === 'Location') follow(entity, file, source, lineOf);

    function refuse(problem: Problem, line: number, claims: unknown): void {
      const ref = claimedRef(claims);
      const message = ref === undefined ? problem.message : `${ref}: ${problem.message}`;
      problems.push({
        kind: 'broken',
        source,
        line,
        path: problem.at,
        message,
        ...(problem.fix === undefined ? {} : { fix: problem.fix }),
        ...(ref === undefined ? {} : { ref }),
      });
      if (ref === undefined) brokenSources.set(source, message);
      else if (!brokenRefs.has(ref)) brokenRefs.set(ref, message);
    }
  }

  function follow(entity: Entity, file: SourceFile, source: string, lineOf: (pointer: string) => number): void {
    const { targets, optional } = targetsOf(entity);
    targets.forEach((target, i) => {
      const at = entity.spec?.['target'] === target ? '/spec/target' : `/spec/targets/${entity.spec?.['target'] === undefined ? i : i - 1}`;
      const from = { source, line: lineOf(at), path: at };
      const absolute = deps.sources.resolve(file, target);
      const asUrl = file.type === 'url' || /^[a-z][a-z0-9+.-]*:\/\//i.test(absolute);
      if (!asUrl && !/\.(ya?ml|json)$/i.test(absolute)) {
        problems.push({
          kind: 'missing',
          ...from,
          message: `The target "${target}" is not a YAML file.`,
          fix: 'Point to a .yaml file, or to a pattern such as ./components/*.yaml.',
        });
      } else if (visited.size + queue.length > MAX_TARGETS) {
        problems.push({
          kind: 'missing',
          ...from,
          message: `More than ${MAX_TARGETS} files hang on this location.`,
          fix: 'Register parts of it as locations of their own.',
        });
      } else queue.push({ type: asUrl ? 'url' : 'file', target: absolute, parentRef: refOf(entity), from, optional });
    });
  }

  async function fill(
    value: Record<string, unknown>,
    placeholders: readonly Placeholder[],
    file: SourceFile,
  ): Promise<{ value: Record<string, unknown> } | { problem: Problem }> {
    const values = new Map<string, Json>();
    for (const placeholder of placeholders) {
      try {
        const text = await deps.sources.readBeside(file, placeholder.target, root);
        digest.update(text);
        values.set(
          placeholder.at,
          placeholder.kind === '$text' ? text : placeholder.kind === '$json' ? (JSON.parse(text) as Json) : oneDocument(text),
        );
      } catch (error) {
        return { problem: unreadable(placeholder, messageOf(error).replace(/\.$/, '')) };
      }
    }
    return { value: fillPlaceholders(value, values) };
  }

  return {
    revision: digest.digest('base64url'),
    ...(commit === undefined ? {} : { commit }),
    entities,
    problems,
    brokenRefs,
    brokenSources,
    ...(unreadableReason === undefined ? {} : { unreadable: unreadableReason }),
  };
}

function oneDocument(text: string): Json {
  const documents = parseDocuments(text);
  const [first] = documents;
  if (documents.length !== 1 || first === undefined) throw new Error('it must hold exactly one document');
  if ('broken' in first) throw new Error(first.broken.message);
  return first.value as Json;
}

function claimedRef(claims: unknown): string | undefined {
  if (claims === null || typeof claims !== 'object') return undefined;
  const { kind, name, namespace, metadata } = claims as {
    kind?: unknown;
    name?: unknown;
    namespace?: unknown;
    metadata?: { name?: unknown; namespace?: unknown };
  };
  const n = name ?? metadata?.name;
  const ns = namespace ?? metadata?.namespace ?? 'default';
  return typeof kind === 'string' && typeof n === 'string' && typeof ns === 'string' && kind !== '' && n !== '' && n.length <= 253
    ? formatRef({ kind, namespace: ns, name: n })
    : undefined;
}

/** In a folder that holds other things too, only documents of these groups are the catalog's. */
const belongs = ({ apiVersion, kind }: Record<string, unknown>): boolean =>
  typeof apiVersion === 'string' && typeof kind === 'string' && /^(backstage\.io|scaffolder\.backstage\.io|paved\.dev)\//.test(apiVersion);

function rootOf(location: { type: string; target: string }): string {
  if (location.type === 'directory') return path.resolve(location.target);
  if (location.type !== 'file') return '/nonexistent';
  const scanned = picomatch.scan(path.resolve(location.target));
  return scanned.isGlob ? scanned.base : path.dirname(path.resolve(location.target));
}
