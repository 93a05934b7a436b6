import { formatRef } from '@paved/kernel';
import { entityHref, Link, nameOf } from '@paved/ui';

const REF = /^(component|api|resource|system|domain|group|user|template|environment|location):[\w.-]+\/[\w.-]+$/i;

/** An address of a repository this platform hosts. */
const GIT = /\/git\/([\w.-]+\/[\w.-]+?)\.git$/;

/** A page of the portal. */
const PAGE = /^\/(catalog|create|deployments|environments|kept|plan|pull-requests|repositories|runs|settings)(\/|\?|$)/;

/** "component_ref" → "Component ref". */
const label = (key: string): string => {
  const words = key
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .replace(/[_-]+/g, ' ')
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
};

function Value({ value }: { value: unknown }) {
  if (value === null || value === undefined) return <span className="p-t3">–</span>;
  if (typeof value === 'string') {
    const repository = /^[^?]*\?owner=([^&]*)&repo=([^&]*)$/.exec(value);
    if (repository)
      return (
        <Link
          className="p-link"
          href={`/repositories/${decodeURIComponent(repository[1] ?? '')}/${decodeURIComponent(repository[2] ?? '')}`}
        >{`${decodeURIComponent(repository[1] ?? '')}/${decodeURIComponent(repository[2] ?? '')}`}</Link>
      );
    const hosted = GIT.exec(value)?.[1];
    if (hosted)
      return (
        <Link className="p-link" href={`/repositories/${hosted}`}>
          {hosted}
        </Link>
      );
    if (REF.test(value))
      return (
        <Link className="p-link" href={entityHref(value)}>
          {value.split('/').at(-1) ?? value}
        </Link>
      );
    if (/^https?:\/\//.test(value) || PAGE.test(value))
      return (
        <Link className="p-link" href={value}>
          {value.replace(/^https?:\/\//, '')}
        </Link>
      );
    // A folder of the server's machine leads nowhere from here.
    if (/^\/[^\s]+$/.test(value))
      return (
        <span className="p-mono" title={value}>
          {value.split('/').findLast((part) => part !== '')}
        </span>
      );
    if (/^(sha256:)?[0-9a-f]{40,64}$/.test(value))
      return (
        <span className="p-mono" title={value}>
          {value.startsWith('sha256:') ? `sha256:${value.slice(7, 15)}` : value.slice(0, 7)}
        </span>
      );
    return <>{value}</>;
  }
  if (typeof value === 'boolean') return <>{value ? 'Yes' : 'No'}</>;
  if (typeof value === 'number') return <>{value}</>;
  if (Array.isArray(value) && value.every((entry) => typeof entry !== 'object'))
    return (
      <>
        {value.map((entry, i) => (
          <span key={i}>
            {i > 0 ? ', ' : ''}
            <Value value={entry} />
          </span>
        ))}
      </>
    );
  const entity = refIn(value);
  if (entity !== undefined) return <Value value={entity} />;
  return <span className="p-mono p-12">{JSON.stringify(value)}</span>;
}

/** The ref of an entity that is given whole. */
function refIn(value: unknown): string | undefined {
  const { kind, metadata } = value as { kind?: unknown; metadata?: { name?: unknown; namespace?: unknown } };
  if (typeof kind !== 'string' || typeof metadata?.name !== 'string') return undefined;
  return formatRef({ kind, namespace: typeof metadata.namespace === 'string' ? metadata.namespace : 'default', name: metadata.name });
}

/** Words for what actions call differently than people. */
const labels: Readonly<Record<string, string>> = { templateRef: 'Golden path', repoUrl: 'Repository' };
/** What the page says elsewhere: in its title and under Cause. */
const elsewhere: ReadonlySet<string> = new Set(['trigger', 'isDefaultBranch']);

/** Lists of objects, internal addresses and ids are machinery, not values for people. */
const isMachinery = (value: unknown): boolean =>
  (typeof value === 'string' && (value.startsWith('paved://') || /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value))) ||
  (Array.isArray(value) && value.some((entry) => typeof entry === 'object' && entry !== null));
const MOST = 600;

/** Where a golden path sends people when it is done; addresses of Git are shown as the repository. */
export function linksOf(output: unknown): readonly { title: string; href: string; text: string }[] {
  const links: unknown = typeof output === 'object' && output !== null && 'links' in output ? output.links : undefined;
  if (!Array.isArray(links)) return [];
  return (links as readonly { title?: unknown; url?: unknown; entityRef?: unknown }[]).flatMap(({ title, url, entityRef }) => {
    const address = typeof entityRef === 'string' ? entityHref(entityRef) : typeof url === 'string' ? url : undefined;
    const hosted = address === undefined ? undefined : GIT.exec(address)?.[1];
    const href = hosted === undefined ? address : `/repositories/${hosted}`;
    if (typeof title !== 'string' || href === undefined || !(/^https?:\/\//.test(href) || PAGE.test(href))) return [];
    return [{ title, href, text: hosted ?? (typeof entityRef === 'string' ? nameOf(entityRef) : href.replace(/^https?:\/\//, '')) }];
  });
}

/** Inputs or outputs as words and values; links where a value names something. */
export function RunValues({ values }: { values: unknown }) {
  if (typeof values !== 'object' || values === null || Array.isArray(values)) return values === undefined ? null : <Value value={values} />;
  const nested = ['values', 'parameters', 'input', 'output'];
  const flat = new Map<string, unknown>();
  for (const [key, value] of Object.entries(values)) {
    const inside = typeof value === 'object' && value !== null && !Array.isArray(value) && nested.includes(key);
    for (const [name, one] of inside ? Object.entries(value) : [[key, value] as const]) if (!flat.has(name)) flat.set(name, one);
  }
  return (
    <dl className="p-kv">
      {linksOf(values).map((link) => (
        <div key={link.title} style={{ display: 'contents' }}>
          <dt>{link.title}</dt>
          <dd>
            <Link className="p-link" href={link.href}>
              {link.text}
            </Link>
          </dd>
        </div>
      ))}
      {[...flat]
        .filter(
          ([key, value]) =>
            value !== undefined &&
            value !== '' &&
            (refIn(value ?? {}) !== undefined || JSON.stringify(value).length < MOST) &&
            !isMachinery(value) &&
            !elsewhere.has(key) &&
            !(key === 'title' && flat.has('templateRef')),
        )
        .map(([key, value]) => (
          <div key={key} style={{ display: 'contents' }}>
            <dt>{labels[key] ?? label(key)}</dt>
            <dd>
              <Value value={value} />
            </dd>
          </div>
        ))}
    </dl>
  );
}
