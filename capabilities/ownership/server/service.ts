import { refOf, type Actor, type Entity } from '@paved/kernel';
import type { OnCall, Suggestion } from '../index.ts';
import { everybodyIn, livingOwner, type Directory } from '../model/directory.ts';
import { onCallOf } from '../model/on-call.ts';
import { suggestOwners } from '../model/suggest-owners.ts';
import { CONFIRM, createConfirming, type ConfirmingDeps } from './confirming.ts';
import { evidenceOf, type EvidenceDeps } from './evidence.ts';
import { mustGet, ownersIn } from './owned-item.ts';
import { trustsOf, type Trust } from './trusts.ts';
import { createUnowned, type UnownedDeps } from './unowned.ts';

export interface OwnershipDeps extends EvidenceDeps, ConfirmingDeps, UnownedDeps {}

export interface OwnerState {
  readonly ref: string;
  readonly title: string;
  readonly living: boolean;
  readonly reason?: 'unknown owner' | 'nobody in it';
  /** People in it, nested groups included; 1 for a person. */
  readonly people: number;
}

export interface OwnershipOf {
  readonly ref: string;
  readonly owners: readonly OwnerState[];
  readonly trust: Trust;
  readonly onCall?: OnCall;
  /** Whether the caller may speak for an owner. */
  readonly mayConfirm: boolean;
}

export interface Team {
  readonly ref: string;
  readonly title: string;
  readonly type?: string;
  readonly parent?: string;
  readonly people: number;
  readonly everybody: number;
  /** Entities that name it as owner. */
  readonly owns: number;
  readonly onCall?: OnCall;
}

export type Ownership = ReturnType<typeof createOwnership>;

/** Who owns what, whether somebody stands behind it, and whether they still say so. */
export function createOwnership(deps: OwnershipDeps) {
  const { catalog } = deps;
  const stateOf = (directory: Directory, ref: string): OwnerState => {
    const living = livingOwner(directory, ref);
    return {
      ref,
      title: directory.titleOf.get(ref) ?? ref,
      living: living.living,
      ...(living.living ? {} : { reason: living.reason }),
      people: ref.startsWith('user:') ? (living.living ? 1 : 0) : everybodyIn(directory, ref).size,
    };
  };
  const onCall = async (entity: Entity): Promise<OnCall | undefined> => {
    const system = (entity.relations ?? []).find(({ type, targetRef }) => type === 'partOf' && targetRef.startsWith('system:'))?.targetRef;
    const refs = [...(system === undefined ? [] : [system]), ...ownersIn(entity)];
    const others = await catalog.byRefs(refs);
    return onCallOf([entity, ...others].flatMap((one) => (one === undefined ? [] : [{ ref: refOf(one), entity: one }])));
  };

  const suggestions = async (ref: string): Promise<Suggestion[]> => {
    const entity = await mustGet(catalog, ref);
    const facts = await evidenceOf(deps, entity);
    return facts === undefined ? [] : suggestOwners(await deps.directory.get(), facts);
  };

  return {
    ...createConfirming(deps),
    ...createUnowned(deps),
    suggestions,

    async of(ref: string, actor: Actor): Promise<OwnershipOf> {
      const entity = await mustGet(catalog, ref);
      const directory = await deps.directory.get();
      const [trust] = await trustsOf(deps, [entity]);
      const reached = await onCall(entity);
      const ownerRefs = ownersIn(entity);
      return {
        ref: refOf(entity),
        owners: ownerRefs.map((owner) => stateOf(directory, owner)),
        trust: trust ?? { state: 'off' },
        ...(reached === undefined ? {} : { onCall: reached }),
        mayConfirm: ownerRefs.length > 0 && deps.guard.decide(actor, CONFIRM, { ref: refOf(entity), ownerRefs }).allowed,
      };
    },

    /** Every group, or those named, with its place in the hierarchy, its people and what it owns. */
    async teams(among?: ReadonlySet<string>): Promise<Team[]> {
      const [directory, groups, owned] = await Promise.all([
        deps.directory.get(),
        among === undefined
          ? catalog.ofKind('group')
          : catalog.byRefs([...among]).then((found) => found.filter((one) => one?.kind === 'Group')),
        deps.ownerFigures.now.ownerSets(),
      ]);
      const counts = new Map<string, number>();
      for (const { owners, count } of owned) for (const owner of owners) counts.set(owner, (counts.get(owner) ?? 0) + count);
      return groups
        .filter((entity) => entity !== undefined)
        .map((entity): Team => {
          const ref = refOf(entity);
          const parent = directory.parentOf.get(ref);
          const reached = onCallOf([{ ref, entity }]);
          return {
            ref,
            title: directory.titleOf.get(ref) ?? entity.metadata.name,
            ...(typeof entity.spec?.['type'] === 'string' ? { type: entity.spec['type'] } : {}),
            ...(parent === undefined ? {} : { parent }),
            people: directory.peopleOf.get(ref)?.length ?? 0,
            everybody: everybodyIn(directory, ref).size,
            owns: counts.get(ref) ?? 0,
            ...(reached === undefined ? {} : { onCall: reached }),
          };
        });
    },
  };
}
