import type { Database, Logger } from '@paved/host';
import type { Entity } from '@paved/kernel';
import { readEntityKind, type DeclaredKind } from '../../model/custom-kinds/entity-kind.ts';
import type { KindRegistry } from '../../model/kind-registry.ts';
import { appliedKinds, declarations, stampOfDeclarations } from './store.ts';

/** Keeps this replica's registry at what the EntityKind documents in the database say. */
export interface Kinds {
  /** Looks whether they changed and takes them over. Cheap when nothing changed. */
  fresh(): Promise<void>;
  /** Declarations that cannot be used, by reference, with the reason. */
  refused(): ReadonlyMap<string, string>;
}

export function createKinds(deps: { db: Database; log: Logger; registry: KindRegistry }): Kinds {
  const { db, log, registry } = deps;
  let seen = '';
  let refused: ReadonlyMap<string, string> = new Map();
  let looking: Promise<unknown> = Promise.resolve();

  const look = async (): Promise<void> => {
    const stamp = await stampOfDeclarations(db);
    if (stamp === seen) return;
    const unusable = new Map<string, string>();
    const usable: DeclaredKind[] = [];
    for (const text of await declarations(db)) {
      const { declared, problems } = readEntityKind(JSON.parse(text) as Entity);
      const [problem] = problems;
      if (problem === undefined) usable.push(declared);
      else unusable.set(declared.ref, problem.message);
    }
    const gone = new Map((await appliedKinds(db)).filter((kind) => kind.gone).map((kind) => [kind.kind, kind.ref]));
    for (const [ref, reason] of registry.declare(usable, gone)) unusable.set(ref, reason);
    for (const [ref, reason] of unusable)
      if (refused.get(ref) !== reason) log.warn({ declaration: ref, reason }, 'A declared kind cannot be used.');
    refused = unusable;
    seen = stamp;
  };

  return {
    refused: () => refused,
    fresh() {
      const turn = looking.then(look);
      // One look at a time; a failed one does not stop the next.
      looking = turn.catch(() => undefined);
      return turn;
    },
  };
}
