import { Kysely, sql, type CompiledQuery, type QueryExecutor } from 'kysely';
import type { Database } from '@paved/host';

const entityColumns =
  'id, ref, uid, kind, kind_title, namespace, name, words, head, status, owner_key, location_id, source, document, line, parent_ref, created_at, since, version, written, revision';

/** What the catalog's tables were at a time, each as a sub-query with the same columns. */
function pastTables(at: Date): Readonly<Record<string, string>> {
  const then = `'${at.toISOString()}'::timestamptz`;
  const over = `valid_from <= ${then} and valid_to > ${then}`;
  const inThen = (of: string): string => `valid_from <= ${then} and ${of}.valid_to > ${then}`;
  const edge = (extra: string): string =>
    `select from_ref, type, to_ref, reverse from catalog.edge where since <= ${then} ${extra} union all select from_ref, type, to_ref, reverse from catalog.edge_past where ${over} ${extra}`;
  const pairs = `select type, to_ref as target from (${edge('and from_ref = v.ref')}) o union select reverse, from_ref from (${edge('and to_ref = v.ref')}) i`;
  // Aggregates joined sideways are worked out once per row however often they are used, and not at all when they are not.
  const relations = `(select coalesce('[' || string_agg('{"type":' || to_json(p.type)::text || ',"targetRef":' || to_json(p.target)::text || '}', ',' order by p.type collate "C", p.target collate "C") || ']', '[]') as text from (${pairs}) p)`;
  const versions = `select ${entityColumns} from catalog.entity where since <= ${then}
    union all select ${entityColumns.replace('id,', 'entity_id,').replace(' since', ' valid_from')} from catalog.entity_past where ${over} and head is not null`;
  // Computed values change by themselves, so they have a past of their own.
  const computedPast = `(select max(c.computed) as computed, max(c.reasons) as reasons from catalog.computed_past c where c.entity_id = v.id and c.${inThen('c')})`;
  const computedNow = `(select max(n.computed) as computed, max(n.computed_reasons) as reasons from catalog.entity n where n.id = v.id and n.computed_since <= ${then})`;
  const beside = (name: string, began: string): string => `(select n.* from catalog.${name} n where ${began} <= ${then}
      union all select r.* from catalog.beside_past b, jsonb_populate_record(null::catalog.${name}, b.row) r where b.held_in = '${name}' and b.${inThen('b')})`;
  return {
    entity: `(select x.*, encode(substring(sha256(convert_to(x.head || x.relations || coalesce(x.status, '') || coalesce(x.computed, ''), 'UTF8')) for 20), 'hex') as etag
      from (select v.*, v.since as updated_at, '' as hash, r.text as relations,
          coalesce(cp.computed, cn.computed) as computed, coalesce(cp.reasons, cn.reasons) as computed_reasons
        from (${versions}) v left join lateral ${relations} r on true left join lateral ${computedPast} cp on true left join lateral ${computedNow} cn on true) x)`,
    search: `(select s.entity_id, s.key, s.value, s.original, s.item from catalog.search s
        where (s.key < 'computed.' or s.key >= 'computed/') and not exists (select from catalog.entity n where n.id = s.entity_id and n.since > ${then})
      union all select s.entity_id, s.key, s.value, s.original, s.item from catalog.search s join catalog.entity n on n.id = s.entity_id
        where s.key >= 'computed.' and s.key < 'computed/' and n.computed_since <= ${then}
      union all select p.entity_id, s.key, s.value, s.original, s.item from catalog.search_past s
        join catalog.entity_past p on p.id = s.past_id where p.${inThen('p')}
      union all select c.entity_id, r.key collate "C", r.value collate "C", r.original collate "C", r.item from catalog.computed_past c,
        jsonb_to_recordset(c.rows) as r (key text, value text, original text, item smallint) where c.${inThen('c')})`,
    edge: `(${edge('')})`,
    // Rows beside the entities are kept whole when they change or go.
    location: beside('location', 'greatest(n.began, n.created_at)'),
    problem: beside('problem', 'n.began'),
    orphan: beside('orphan', 'greatest(n.began, n.since)'),
    pending_removal: beside('pending_removal', 'n.began'),
  };
}

const table = /\bcatalog\.(entity|search|edge|location|problem|orphan|pending_removal)\b(\s+(?:as\s+)?([a-z_]+))?/gi;
const noAlias = new Set(
  'where group order on join left right inner cross full lateral union except intersect limit offset having using set window for'.split(
    ' ',
  ),
);

/** The same statement about another time. */
function rewritten(text: string, tables: Readonly<Record<string, string>>): string {
  return text.replace(table, (_all, name: string, rest: string | undefined, word: string | undefined) =>
    word === undefined || noAlias.has(word.toLowerCase())
      ? `${tables[name] ?? ''} as ${name}${rest ?? ''}`
      : `${tables[name] ?? ''}${rest ?? ''}`,
  );
}

/**
 * A database in which the catalog's tables are as they were at a time, for reading: every question the present can be asked
 * can be asked of the past, with the same statements. `beforeSearch` is awaited before a statement that looks at search rows.
 */
export function asOf(db: Database, at: Date, beforeSearch: () => Promise<void>): Database {
  const tables = pastTables(at);
  const inner = db.getExecutor();
  const executeQuery: QueryExecutor['executeQuery'] = async (query, options) => {
    const named = query.sql as string | { name: string; text: string };
    // A prepared statement belongs to the present: its name would bring back the wrong plan.
    const text = typeof named === 'string' ? named : named.text;
    if (/^\s*(insert|update|delete)\b/i.test(text)) throw new Error('The past cannot be written.');
    if (/\bcatalog\.search\b/.test(text)) await beforeSearch();
    return inner.executeQuery({ ...query, sql: rewritten(text, tables) } as CompiledQuery, options) as never;
  };
  const executor = new Proxy(inner, {
    get(target, key) {
      if (key === 'executeQuery') return executeQuery;
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  const unused = {} as never;
  return new Kysely({ executor, config: unused, driver: unused, dialect: unused });
}

/** Before this time nothing is known. */
export async function horizon(db: Database): Promise<Date | undefined> {
  const { rows } = await sql<{ at: Date | number }>`select at from catalog.history_horizon`.execute(db);
  const at = rows[0]?.at;
  return at instanceof Date ? at : undefined;
}
