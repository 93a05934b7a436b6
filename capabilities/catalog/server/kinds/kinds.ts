import type { Database, Logger } from '@paved/host';
import type { Entity } from '@paved/kernel';
import { readEntityKind, type DeclaredKind } from '../../model/custom-kinds/entity-kind.ts';
import type { KindRegistry } from '../../model/kind-registry.ts';
import type { Moment } from '../history/time-travel.ts';
import { appliedKinds, declarations, stampOfDeclarations } from './store.ts';

/** Keeps this replica's registry at what the EntityKind documents in the database say. */
export interface Kinds {
  /** Looks whether they changed and takes them over. Cheap when nothing changed. */
  fresh(): Promise<void>;
  /** Declarations that cannot be used, by reference, with the reason. */
  refused(): ReadonlyMap<string, string>;
  /** What is in force at a moment: in the present this replica's registry, else one of what was declared then. */
  inForce(moment: Pick<Moment, 'db' | 'time'>): Promise<InForce>;
}

export interface InForce {
  readonly registry: KindRegistry;
  readonly refused: ReadonlyMap<string, string>;
}

export function createKinds(deps: { db: Database; log: Logger; registry: KindRegistry }): Kinds {
  const { db, log, registry } = deps;
  let seen = '';
  let refused: ReadonlyMap<string, string> = new Map();
  let looking: Promise<unknown> = Promise.resolve();

  const look = async (): Promise<void> => {
    const stamp = await stampOfDeclarations(db);
    if (stamp === seen) return;
    // Also what lost its declaration just now, before that was carried through to its entities.
    const gone = new Map((await appliedKinds(db)).map((kind) => [kind.kind, kind.ref]));
    const unusable = declareIn(registry, await declarations(db), gone);
    for (const [ref, reason] of unusable)
      if (refused.get(ref) !== reason) log.warn({ declaration: ref, reason }, 'A declared kind cannot be used.');
    refused = unusable;
    seen = stamp;
  };

  const fresh = (): Promise<void> => {
    const turn = looking.then(look);
    // One look at a time; a failed one does not stop the next.
    looking = turn.catch(() => undefined);
    return turn;
  };

  return {
    refused: () => refused,
    fresh,
    async inForce(moment) {
      if (moment.time === undefined) {
        await fresh();
        return { registry, refused };
      }
      const then = registry.builtIn();
      return { registry: then, refused: declareIn(then, await declarations(moment.db)) };
    },
  };
}

/** Makes these EntityKind documents (JSON) the declared kinds; answers those that cannot be used, with the reason. */
function declareIn(registry: KindRegistry, documents: readonly string[], gone?: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const unusable = new Map<string, string>();
  const usable: DeclaredKind[] = [];
  for (const text of documents) {
    const { declared, problems } = readEntityKind(JSON.parse(text) as Entity);
    const [problem] = problems;
    if (problem === undefined) usable.push(declared);
    else unusable.set(declared.ref, problem.message);
  }
  for (const [ref, reason] of registry.declare(usable, gone)) unusable.set(ref, reason);
  return unusable;
}
