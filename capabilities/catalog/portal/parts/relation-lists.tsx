import { capital, EntityLink, entityHref, Icon, iconOf, Link, nameOf, Tag } from '@paved/ui';
import { useState } from 'react';
import { noteOf, type CatalogNode } from '../graph/catalog-graph.ts';
import type { RelationGroup } from './relation-groups.ts';
import './relations.css';

/** Rows of a group before the rest is asked for. */
const SHORT = 8;

interface RelationListsProps {
  readonly groups: readonly RelationGroup[];
  readonly nodes: ReadonlyMap<string, CatalogNode>;
  /** Level of the headings: below a section, or below the title of the page. */
  readonly heading?: 'h2' | 'h3';
}

/** What an entity is related with, one line for each, below what the relation says. */
export function RelationLists({ groups, nodes, heading = 'h3' }: RelationListsProps) {
  return (
    <div className="p-relations">
      {groups.map((group) => (
        <Group key={group.type} group={group} nodes={nodes} heading={heading} />
      ))}
    </div>
  );
}

interface GroupProps {
  readonly group: RelationGroup;
  readonly nodes: ReadonlyMap<string, CatalogNode>;
  readonly heading: 'h2' | 'h3';
}

function Group({ group, nodes, heading: Heading }: GroupProps) {
  const [all, setAll] = useState(false);
  const rows = all || group.refs.length <= SHORT + 1 ? group.refs : group.refs.slice(0, SHORT);
  return (
    <div className="group">
      <Heading>
        {group.title} {group.refs.length > 1 ? <span className="n">{group.refs.length}</span> : null}
      </Heading>
      <ul aria-label={group.title}>
        {rows.map((ref) => (
          <Row key={ref} id={ref} node={nodes.get(ref)} />
        ))}
      </ul>
      {rows.length < group.refs.length ? (
        <button type="button" className="p-link p-13" onClick={() => setAll(true)}>
          Show all {group.refs.length}
        </button>
      ) : null}
    </div>
  );
}

function Row({ id, node }: { id: string; node: CatalogNode | undefined }) {
  const kind = node?.kind ?? id.split(':')[0] ?? '';
  return (
    <li>
      <Icon of={iconOf(kind, node?.type)} />
      <Link className="p-name p-trunc" href={entityHref(id)} title={node?.title ?? nameOf(id)}>
        {node?.title ?? nameOf(id)}
      </Link>
      <span className="what">{node === undefined ? capital(kind) : noteOf(node)}</span>
      {node?.lifecycle === 'experimental' || node?.lifecycle === 'deprecated' ? <Tag>{capital(node.lifecycle)}</Tag> : null}
      <span className="owner">{node?.owner !== undefined ? <EntityLink entityRef={node.owner} /> : null}</span>
    </li>
  );
}
