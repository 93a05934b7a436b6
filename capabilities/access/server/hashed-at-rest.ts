import type { DBAdapter, DBAdapterInstance } from '@better-auth/core/db/adapter';
import { sha256 } from './sha256.ts';

/** Fields whose values are credentials: only their digests reach the database. */
const secretFields: Readonly<Record<string, readonly string[]>> = {
  session: ['token'],
  deviceCode: ['deviceCode', 'userCode'],
};

const methods = new Set([
  'create',
  'findOne',
  'findMany',
  'update',
  'updateMany',
  'delete',
  'deleteMany',
  'count',
  'consumeOne',
  'incrementOne',
]);

type Row = Record<string, unknown>;
interface Call {
  readonly model: string;
  readonly where?: readonly { field: string; value: unknown }[];
  readonly data?: Row;
  readonly update?: Row;
  readonly set?: Row;
}

/**
 * A database adapter that hashes credentials on their way in: in data, updates and conditions. Rows come back with the
 * clear value when the caller named it in the call (it made or presented it), else with the digest.
 */
export function hashedAtRest(inner: DBAdapterInstance): DBAdapterInstance {
  return (options) => wrap(inner(options));
}

function wrap<A extends object>(adapter: A): A {
  return new Proxy(adapter, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key);
      if (typeof value !== 'function') return value;
      if (key === 'transaction') {
        return (work: (inside: object) => Promise<unknown>) =>
          (value as DBAdapter['transaction']).call(target, (inside) => work(wrap(inside)));
      }
      if (!methods.has(String(key))) return value.bind(target) as unknown;
      return async (call: Call) => {
        const { sealed, restore } = seal(call);
        const result: unknown = await value.call(target, sealed);
        return Array.isArray(result) ? result.map((row) => restore(row as Row)) : restore(result as Row | null);
      };
    },
  });
}

function seal(call: Call): { sealed: Call; restore: <T>(row: T) => T } {
  const fields = secretFields[call.model] ?? [];
  if (fields.length === 0) return { sealed: call, restore: (row) => row };
  const clearBy = new Map<string, string>();
  const digest = (value: unknown): unknown => {
    if (typeof value !== 'string') return value;
    const hashed = sha256(value);
    clearBy.set(hashed, value);
    return hashed;
  };
  const sealRow = (row: Row): Row =>
    Object.fromEntries(Object.entries(row).map(([field, value]) => [field, fields.includes(field) ? digest(value) : value]));
  const sealed: Call = {
    ...call,
    ...(call.where === undefined
      ? {}
      : {
          where: call.where.map((w) =>
            fields.includes(w.field) ? { ...w, value: Array.isArray(w.value) ? w.value.map(digest) : digest(w.value) } : w,
          ),
        }),
    ...(call.data === undefined ? {} : { data: sealRow(call.data) }),
    ...(call.update === undefined ? {} : { update: sealRow(call.update) }),
    ...(call.set === undefined ? {} : { set: sealRow(call.set) }),
  };
  const restore = <T>(row: T): T => {
    if (row === null || typeof row !== 'object') return row;
    const restored: Row = { ...(row as Row) };
    for (const field of fields) {
      const clear = clearBy.get(String(restored[field]));
      if (clear !== undefined) restored[field] = clear;
    }
    return restored as T;
  };
  return { sealed, restore };
}
