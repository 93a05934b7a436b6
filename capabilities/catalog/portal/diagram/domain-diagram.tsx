import { getCatalogGraph } from '@paved/client';
import {
  EntityName,
  entityHref,
  Glyph,
  Icon,
  iconOf,
  Link,
  nameOf,
  plural,
  Section,
  TextLink,
  useCall,
  type EntityPartProps,
} from '@paved/ui';
import type { CatalogNode } from '../graph/catalog-graph.ts';
import { useWorkloads } from '../workloads.ts';
import { needsOfBoxes } from './border.ts';
import './domain-diagram.css';

/** Parts that a box shows before it says how many more there are. */
const SHOWN = 12;
/** Other systems that a box names. */
const NAMED = 4;
const KINDS = 'domain,system,component,api,resource';
const LIVE = ['catalog.entity.changed', 'catalog.source.synced'];

/** A domain as boxes in boxes: its systems, and in each what it is made of. */
export function Part({ entityRef }: EntityPartProps) {
  const answer = useCall(
    getCatalogGraph,
    {
      query: {
        ref: entityRef,
        depth: 4,
        direction: 'incoming',
        relations: 'partOf',
        kinds: KINDS,
        limit: 2000,
      },
    },
    { live: LIVE },
  );
  const around = useCall(
    getCatalogGraph,
    {
      query: { ref: entityRef, depth: 3, direction: 'both', relations: 'partOf,dependsOn,consumesApi', kinds: KINDS, limit: 2000 },
    },
    { live: LIVE },
  );
  const workloads = useWorkloads();
  if (answer.data === undefined || (around.data === undefined && around.error === null))
    return <div style={{ minHeight: 240 }} aria-busy="true" />;
  const nodes = new Map(answer.data.nodes.map((node) => [node.ref, node]));
  const parts = Map.groupBy(answer.data.edges, (edge) => edge.to);
  const inside = (ref: string): CatalogNode[] =>
    (parts.get(ref) ?? [])
      .flatMap((edge) => nodes.get(edge.from) ?? [])
      .toSorted((a, b) => a.kind.localeCompare(b.kind) || a.title.localeCompare(b.title));
  // What stands in a box, at any depth, stands for it.
  const boxOf = new Map<string, string>();
  const fill = (box: string, ref: string): void => {
    for (const { from } of parts.get(ref) ?? []) {
      if (boxOf.has(from)) continue;
      boxOf.set(from, box);
      fill(box, from);
    }
  };
  for (const { from } of parts.get(entityRef) ?? []) fill(from, from);
  const needs = needsOfBoxes(around.data?.edges ?? [], boxOf);
  const boxes = inside(entityRef).filter((node) => ['system', 'domain'].includes(node.kind.toLowerCase()));
  if (boxes.length === 0) {
    return (
      <Section title="Systems">
        <p className="p-13 p-t2">No system says it is part of this domain yet.</p>
      </Section>
    );
  }
  return (
    <Section
      title="Systems"
      note={boxes.length}
      more={<TextLink href={`/catalog/graph?ref=${encodeURIComponent(entityRef)}&depth=2`}>Explore</TextLink>}
    >
      <ul className="p-nested">
        {boxes.map((box) => {
          const held = inside(box.ref);
          return (
            <li key={box.ref} className="p-nested-box">
              <div className="head">
                <Icon of={iconOf(box.kind, box.type)} />
                <Link className="p-name" href={entityHref(box.ref)}>
                  {box.title}
                </Link>
                <small>{box.owner === undefined ? 'no owner' : <EntityName entityRef={box.owner} />}</small>
              </div>
              {held.length === 0 ? (
                <p className="p-13 p-t3">Nothing says it is part of this yet.</p>
              ) : (
                <ul className="held">
                  {held.slice(0, SHOWN).map((node) => {
                    const health = workloads?.get(node.ref)?.health;
                    return (
                      <li key={node.ref}>
                        <Link href={entityHref(node.ref)}>
                          <Icon of={iconOf(node.kind, node.type)} size={14} />
                          <span className="p-trunc">{node.title}</span>
                          <span className="p-vh">, {node.kind}</span>
                          {health === undefined || health === 'healthy' ? null : <Glyph status={health} />}
                        </Link>
                      </li>
                    );
                  })}
                  {held.length > SHOWN ? (
                    <li>
                      <Link href={entityHref(box.ref)}>{plural(held.length - SHOWN, 'more', 'more')}</Link>
                    </li>
                  ) : null}
                </ul>
              )}
              <Needs of={needs.get(box.ref) ?? []} titleOf={(ref) => nodes.get(ref)?.title ?? nameOf(ref)} />
            </li>
          );
        })}
      </ul>
    </Section>
  );
}

/** Other systems of the domain that this one needs, and how much of it leads outside. */
function Needs({
  of,
  titleOf,
}: {
  of: readonly { readonly box: string | undefined; readonly count: number }[];
  titleOf: (ref: string) => string;
}) {
  if (of.length === 0) return null;
  return (
    <p className="needs">
      Needs{' '}
      {of.slice(0, NAMED).map(({ box, count }, i) => (
        <span key={box ?? 'outside'}>
          {i > 0 ? ', ' : ''}
          {box === undefined ? 'others outside' : <Link href={entityHref(box)}>{titleOf(box)}</Link>} <span className="n">{count}</span>
        </span>
      ))}
      {of.length > NAMED ? ` and ${of.length - NAMED} more` : ''}
    </p>
  );
}
