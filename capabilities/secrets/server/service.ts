import { PavedError, type Actor } from '@paved/kernel';
import type { Audit } from '@paved/audit';
import type { Database, Events, Keyring } from '@paved/host';
import { VARIABLE_CHANGED, variablePath, type SecretRef, type Secrets, type Variable } from '../index.ts';
import { assertPath, assertValue, assertVariableName } from '../model/names.ts';
import type { SecretRow, Store, VariableRow } from './store.ts';

const PURPOSE = 'secrets';

export interface ServiceDeps {
  readonly store: Store;
  readonly keyring: Keyring;
  readonly audit: Audit;
  readonly events: Events;
  readonly now: () => Date;
}

export function createService(deps: ServiceDeps): Secrets {
  const { store, keyring, audit, events, now } = deps;

  const put = async (path: string, value: string, actor: Actor, tx: Database): Promise<SecretRef> => {
    assertPath(path);
    assertValue(path, value);
    await store.lock(path, tx);
    const current = await store.sealed(path, undefined, tx);
    if (current !== undefined && keyring.open(PURPOSE, current.sealed) === value) return { path, version: current.version };
    const version = (current?.version ?? 0) + 1;
    await store.addVersion({ path, version, sealed: keyring.seal(PURPOSE, value), at: now(), by: actor.ref }, tx);
    // No digest of the value: short secrets could be guessed from it.
    await audit.record({ actor, action: 'secrets.secret.write', subject: path, facts: { version } }, tx);
    return { path, version };
  };

  const remove = async (path: string, actor: Actor, tx: Database): Promise<boolean> => {
    await store.lock(path, tx);
    const removed = await store.removeSecret(path, tx);
    if (removed) await audit.record({ actor, action: 'secrets.secret.remove', subject: path }, tx);
    return removed;
  };

  const joining = <T>(tx: Database | undefined, work: (tx: Database) => Promise<T>): Promise<T> =>
    tx === undefined ? store.transaction(work) : work(tx);

  const announce = (variable: { component: string; environment: string; name: string; kind: string }, change: string, tx: Database) =>
    events.publish(tx, { type: VARIABLE_CHANGED, subject: variable.component, data: { ...variable, change } });

  return {
    put: (path, value, actor, tx) => joining(tx, (t) => put(path, value, actor, t)),

    async reveal(ref, actor, reason) {
      return store.transaction(async (tx) => {
        const found = await store.sealed(ref.path, 'version' in ref ? ref.version : undefined, tx);
        if (found === undefined) {
          throw new PavedError('not_found', `There is no secret ${ref.path}${'version' in ref ? ` version ${ref.version}` : ''}.`, {
            fix: 'Set it again; it may have been removed.',
          });
        }
        await audit.record({ actor, action: 'secrets.secret.reveal', subject: ref.path, facts: { version: found.version, reason } }, tx);
        return keyring.open(PURPOSE, found.sealed);
      });
    },

    async list(prefix) {
      return (await store.list(prefix)).map((row) => ({
        path: row.path,
        version: row.version,
        updatedAt: row.updated_at.toISOString(),
        updatedBy: row.updated_by,
      }));
    },

    async remove(path, actor, tx) {
      await joining(tx, (t) => remove(path, actor, t));
    },

    async variables(component, environment) {
      const [sealed, clear] = await Promise.all([
        environment === undefined ? store.ofComponent(component) : store.list(`environments/${environment}/${component}/`),
        store.variables(component, environment),
      ]);
      const all = [...sealed.map(secretVariable), ...clear.map(clearVariable)];
      return all.toSorted((a, b) => compare(a.environment, b.environment) || compare(a.name, b.name));
    },

    async setVariable({ component, environment, name, value, secret }, actor) {
      assertVariableName(name);
      assertValue(name, value);
      const path = variablePath(environment, component, name);
      return store.transaction(async (tx) => {
        await store.lock(`variable ${path}`, tx);
        const kind = secret === true ? 'secret' : 'variable';
        await announce({ component, environment, name, kind }, 'set', tx);
        const stamp = { updatedAt: now().toISOString(), updatedBy: actor.ref };
        if (secret === true) {
          await store.removeVariable(component, environment, name, tx);
          const { version } = await put(path, value, actor, tx);
          return { environment, name, kind: 'secret', version, ...stamp };
        }
        await remove(path, actor, tx);
        const before = await store.variable(component, environment, name, tx);
        const version = (before?.version ?? 0) + (before?.value === value ? 0 : 1);
        await store.putVariable({ component, environment, name, value, version, updated_at: now(), updated_by: actor.ref }, tx);
        await audit.record(
          { actor, action: 'secrets.variable.set', subject: component, before: before?.value, after: value, facts: { environment, name } },
          tx,
        );
        return { environment, name, kind: 'variable', value, version, ...stamp };
      });
    },

    async removeVariable({ component, environment, name }, actor) {
      await store.transaction(async (tx) => {
        const path = variablePath(environment, component, name);
        await store.lock(`variable ${path}`, tx);
        const wasSecret = await remove(path, actor, tx);
        const wasClear = await store.removeVariable(component, environment, name, tx);
        if (!wasSecret && !wasClear) throw new PavedError('not_found', `${component} has no variable ${name} in ${environment}.`);
        if (wasClear)
          await audit.record({ actor, action: 'secrets.variable.remove', subject: component, facts: { environment, name } }, tx);
        await announce({ component, environment, name, kind: wasSecret ? 'secret' : 'variable' }, 'removed', tx);
      });
    },
  };
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function secretVariable(row: SecretRow): Variable {
  const parts = row.path.split('/');
  return {
    environment: parts[1] ?? '',
    name: parts.at(-1) ?? '',
    kind: 'secret',
    version: row.version,
    updatedAt: row.updated_at.toISOString(),
    updatedBy: row.updated_by,
  };
}

function clearVariable(row: VariableRow): Variable {
  return {
    environment: row.environment,
    name: row.name,
    kind: 'variable',
    value: row.value,
    version: row.version,
    updatedAt: row.updated_at.toISOString(),
    updatedBy: row.updated_by,
  };
}
