import { formatRef, parseRef, PavedError, type Actor } from '@paved/kernel';
import type { Run } from '@paved/runs';
import { DELETE_RUN, IMPORT_RUN } from '../index.ts';
import { NAME, nameFrom, projectOf, withoutCredentials } from '../model/source.ts';
import type { ServicesDeps } from './deps.ts';
import { SEAL, type ImportInput } from './import-run.ts';
import { ownersOf } from './kept.ts';
import { lookAt } from './look.ts';
import { DELETE, IMPORT } from './permissions.ts';

export interface ImportRequest {
  readonly source: string;
  readonly name?: string | undefined;
  readonly owner: string;
  readonly system?: string | undefined;
  readonly type: string;
  readonly lifecycle: string;
  readonly description?: string | undefined;
  readonly slug?: string | undefined;
}

const active = ['queued', 'running'] as const;

/** Checks what can be known beforehand, then starts the run that imports. */
export async function startImport(
  deps: ServicesDeps,
  request: ImportRequest,
  actor: Actor,
): Promise<{ run: Run; slug: string; component: string }> {
  const owner = formatRef(parseRef(request.owner, { kind: 'group' }));
  if (!owner.startsWith('group:')) {
    throw new PavedError('invalid', `${owner} is not a group; a service belongs to a team.`, {
      fix: 'Name one of your groups as the owner.',
    });
  }
  deps.guard.require(actor, IMPORT, { ownerRefs: [owner] });
  await mustExist(deps, owner);
  const system = request.system === undefined ? undefined : formatRef(parseRef(request.system, { kind: 'system' }));
  if (system !== undefined) await mustExist(deps, system);
  const { source, secret } = withoutCredentials(request.source.trim());
  const name = request.name ?? nameFrom(source);
  if (!NAME.test(name)) {
    throw new PavedError('invalid', `"${name}" is not a name for a service.`, {
      fix: 'Use lower-case letters, digits and dashes, 63 at most.',
    });
  }
  const slug = request.slug?.toLowerCase() ?? `${projectOf(owner)}/${name}`;
  const component = formatRef({ kind: 'component', namespace: 'default', name });
  await mustBeFree(deps, { slug, component }, actor);
  const { type, lifecycle, description } = request;
  const run = await deps.store.transaction(async (tx) => {
    const sealed = secret ? deps.newId('src') : undefined;
    if (sealed !== undefined)
      await deps.store.seal({ id: sealed, sealed: deps.keyring.seal(SEAL, request.source.trim()), at: deps.now() }, tx);
    const input: ImportInput = {
      source,
      ...(sealed === undefined ? {} : { sealed }),
      slug,
      name,
      owner,
      ...(system === undefined ? {} : { system }),
      type,
      lifecycle,
      ...(description === undefined || description === '' ? {} : { description }),
    };
    const started = await deps.runs.start(
      { kind: IMPORT_RUN, input, actor, cause: { type: 'user' }, subjects: [component, `repository:${slug}`, owner] },
      tx,
    );
    await deps.audit.record({ actor, action: IMPORT, subject: component, cause: started.id, facts: { source, slug, owner } }, tx);
    return started;
  });
  return { run, slug, component };
}

async function mustExist(deps: ServicesDeps, ref: string): Promise<void> {
  if ((await deps.catalog.get(ref)) === undefined) {
    throw new PavedError('invalid', `The catalog has no ${ref}.`, { fix: 'Choose one that is in the catalog.' });
  }
}

async function mustBeFree(deps: ServicesDeps, { slug, component }: { slug: string; component: string }, actor: Actor): Promise<void> {
  if ((await deps.repositories.get(slug)) !== undefined) {
    throw new PavedError('conflict', `The repository ${slug} exists already.`, { fix: 'Give the service another name.' });
  }
  if ((await deps.catalog.get(component)) !== undefined) {
    throw new PavedError('conflict', `The catalog has ${component} already.`, { fix: 'Give the service another name.' });
  }
  // A new service of the same name would be given the data of the old one.
  const kept = (await deps.orchestrator.resources({ component, status: 'orphaned' })).filter(
    (resource) => resource.component === component,
  );
  if (kept.length === 0) return;
  const { ownerRefs } = (await ownersOf(deps, [component])).get(component) ?? { ownerRefs: [] };
  if (!deps.guard.decide(actor, DELETE, { ref: component, ownerRefs }).allowed) {
    throw new PavedError('conflict', `Data of an earlier ${component} is kept, and a new one would be given it.`, {
      fix: 'Give the service another name, or ask its owner to destroy the data.',
    });
  }
}

export interface DeleteRequest {
  readonly component: string;
  readonly confirm: string;
  readonly keepRepository: boolean;
  /** Digest of a preview that a person has seen. */
  readonly expected?: string | undefined;
}

/** Starts the run that deletes; while one goes on, gives that one. */
export async function startDelete(deps: ServicesDeps, request: DeleteRequest, actor: Actor): Promise<Run> {
  const removal = await lookAt(deps, request.component, actor);
  if (request.confirm !== removal.name) {
    throw new PavedError('invalid', `"${request.confirm}" does not confirm deleting ${removal.component}.`, {
      fix: `Confirm with its name, ${removal.name}.`,
    });
  }
  if (request.expected !== undefined && request.expected !== removal.digest) {
    throw new PavedError('stale', `What belongs to ${removal.name} has changed since the preview.`, {
      fix: 'Look at the preview again, then delete.',
    });
  }
  const [going] = await deps.runs.list({ kind: DELETE_RUN, subject: removal.component, status: active, limit: 1 });
  if (going !== undefined) return going;
  const { repository, catalog } = removal;
  return deps.store.transaction(async (tx) => {
    const started = await deps.runs.start(
      {
        kind: DELETE_RUN,
        input: {
          component: removal.component,
          title: removal.title,
          ownerRefs: [...removal.ownerRefs],
          environments: removal.environments.map(({ name }) => name),
          ...(repository === undefined ? {} : { repository: repository.slug }),
          keepRepository: request.keepRepository || repository?.stays !== undefined,
          ...(catalog.locationId === undefined ? {} : { locationId: catalog.locationId }),
          kept: removal.kept.map(({ type, id, environment }) => `${type} ${id} in ${environment}`),
        },
        actor,
        cause: { type: 'user' },
        subjects: [removal.component, ...removal.ownerRefs],
      },
      tx,
    );
    await deps.audit.record(
      {
        actor,
        action: DELETE,
        subject: removal.component,
        cause: started.id,
        before: removal,
        facts: {
          keepRepository: request.keepRepository,
          environments: removal.environments.map(({ name }) => name),
          kept: removal.kept.length,
        },
      },
      tx,
    );
    return started;
  });
}
