import type { Audit } from '@paved/audit';
import type { Database, Events, Guard } from '@paved/host';
import { PavedError, type Actor } from '@paved/kernel';
import { VIEWS_CHANGED } from '../../index.ts';
import {
  deleteView,
  dropOtherDefaults,
  insertView,
  updateView,
  viewById,
  visibleViews,
  type SavedViewFields,
  type SavedViewRow,
} from './store.ts';

export interface SavedViewDeps {
  readonly db: Database;
  readonly audit: Audit;
  readonly events: Events;
  readonly guard: Guard;
  readonly now: () => Date;
}

/** A view as a person sees it. */
export interface SavedView {
  readonly id: string;
  readonly name: string;
  readonly query: string;
  readonly ownerRef: string;
  readonly audience: 'me' | 'team' | 'everybody';
  readonly teamRef?: string;
  readonly defaultFor?: string;
  /** Whether the person who asks may change it. */
  readonly mine: boolean;
  readonly updatedAt: string;
}

const SHARE = 'catalog.view.share';

/** Views people keep of the catalog's list. A personal one is its maker's, a team's belongs to its members, everybody's to its maker. */
export function createSavedViews(deps: SavedViewDeps) {
  const shown = (row: SavedViewRow, actor: Actor): SavedView => ({
    id: row.id,
    name: row.name,
    query: row.query,
    ownerRef: row.ownerRef,
    audience: row.audience,
    ...(row.teamRef === null ? {} : { teamRef: row.teamRef }),
    ...(row.defaultFor === null ? {} : { defaultFor: row.defaultFor }),
    mine: mayChange(row, actor),
    updatedAt: row.updatedAt.toISOString(),
  });

  const mayChange = (row: SavedViewRow, actor: Actor): boolean =>
    row.ownerRef === actor.ref ||
    (row.teamRef !== null && actor.ownershipRefs.includes(row.teamRef)) ||
    (row.audience === 'everybody' && deps.guard.decide(actor, SHARE).allowed);

  const known = async (id: string, actor: Actor): Promise<SavedViewRow> => {
    const row = await viewById(deps.db, id);
    const visible =
      row !== undefined &&
      (row.ownerRef === actor.ref || row.audience === 'everybody' || (row.teamRef !== null && actor.ownershipRefs.includes(row.teamRef)));
    if (!visible) throw new PavedError('not_found', 'There is no such view.', { fix: 'It may have been deleted, or is kept to a team.' });
    return row;
  };

  const changeable = async (id: string, actor: Actor): Promise<SavedViewRow> => {
    const row = await known(id, actor);
    if (!mayChange(row, actor))
      throw new PavedError('forbidden', `${row.name} belongs to ${row.ownerRef}.`, { fix: 'Save what you see as a view of your own.' });
    return row;
  };

  /** Sharing asks for more than keeping: membership of the team, or the permission to share with everybody. */
  const mayShare = (fields: SavedViewFields, actor: Actor): void => {
    if (fields.audience === 'everybody') deps.guard.require(actor, SHARE);
    if (fields.teamRef !== null && !actor.ownershipRefs.includes(fields.teamRef) && !deps.guard.decide(actor, SHARE).allowed)
      throw new PavedError('forbidden', `You do not belong to ${fields.teamRef}.`, { fix: 'Share with a team of yours.' });
  };

  const write = async (
    actor: Actor,
    cause: string,
    action: 'create' | 'update',
    before: SavedViewRow | undefined,
    work: (tx: Database) => Promise<SavedViewRow | undefined>,
  ): Promise<SavedView> =>
    deps.db.transaction().execute(async (tx) => {
      const row = await work(tx);
      if (row === undefined) throw new PavedError('not_found', 'The view was deleted meanwhile.', { fix: 'Save it as a new one.' });
      if (row.defaultFor !== null) await dropOtherDefaults(tx, row);
      await deps.audit.record(
        {
          actor,
          action: `catalog.view.${action}`,
          subject: `view:${row.id}`,
          cause,
          before,
          after: row,
          facts: { name: row.name, audience: row.audience },
        },
        tx,
      );
      await deps.events.publish(tx, { type: VIEWS_CHANGED, subject: row.id, data: { audience: row.audience } });
      return shown(row, actor);
    });

  return {
    async list(actor: Actor): Promise<SavedView[]> {
      return (await visibleViews(deps.db, actor.ref, actor.ownershipRefs)).map((row) => shown(row, actor));
    },
    async get(id: string, actor: Actor): Promise<SavedView> {
      return shown(await known(id, actor), actor);
    },
    create(fields: SavedViewFields, actor: Actor, cause: string): Promise<SavedView> {
      mayShare(fields, actor);
      return write(actor, cause, 'create', undefined, (tx) => insertView(tx, fields, actor.ref, deps.now()));
    },
    async update(id: string, fields: SavedViewFields, actor: Actor, cause: string): Promise<SavedView> {
      const before = await changeable(id, actor);
      if (fields.audience !== before.audience || fields.teamRef !== before.teamRef) mayShare(fields, actor);
      return write(actor, cause, 'update', before, (tx) => updateView(tx, id, fields, deps.now()));
    },
    async remove(id: string, actor: Actor, cause: string): Promise<void> {
      const row = await changeable(id, actor);
      await deps.db.transaction().execute(async (tx) => {
        await deleteView(tx, id);
        await deps.audit.record(
          {
            actor,
            action: 'catalog.view.delete',
            subject: `view:${id}`,
            cause,
            before: row,
            facts: { name: row.name, audience: row.audience },
          },
          tx,
        );
        await deps.events.publish(tx, { type: VIEWS_CHANGED, subject: id, data: { audience: row.audience } });
      });
    },
  };
}

export type SavedViews = ReturnType<typeof createSavedViews>;
