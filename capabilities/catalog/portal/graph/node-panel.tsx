import { IconArrowsMaximize, IconFocus2, IconX } from '@tabler/icons-react';
import { Button, EntityLink, entityHref, Icon, IconButton, iconOf, KeyValues, Link, LinkButton, nameOf } from '@paved/ui';
import { noteOf, relationWord } from './catalog-graph.ts';
import type { ShownGraph, ShownNode } from './shown-graph.ts';

/** Neighbours that are listed; the graph and the list have all. */
const MOST = 8;

interface NodePanelProps {
  readonly node: ShownNode;
  readonly graph: ShownGraph;
  readonly expanded: boolean;
  readonly centre: boolean;
  readonly onChoose: (ref: string) => void;
  readonly onExpand: (ref: string) => void;
  readonly onFocus: (ref: string) => void;
  readonly onClose: () => void;
}

/** What is known of the chosen node, and what can be done from it. */
export function NodePanel({ node, graph, expanded, centre, onChoose, onExpand, onFocus, onClose }: NodePanelProps) {
  const titles = new Map(graph.nodes.map((other) => [other.ref, other.title]));
  const lines = graph.edges.filter((edge) => edge.from === node.ref || edge.to === node.ref);
  return (
    <aside className="p-explorer-node" aria-label={node.title}>
      <header>
        <Icon of={iconOf(node.kind, node.type)} />
        <h2>
          <Link className="p-name" href={entityHref(node.ref)}>
            {node.title}
          </Link>
        </h2>
        <IconButton small label="Close" icon={IconX} onClick={onClose} />
      </header>
      <KeyValues
        items={[
          ['What', noteOf(node)],
          ['Owner', node.owner === undefined ? undefined : <EntityLink key="owner" entityRef={node.owner} />],
          ['Lifecycle', node.lifecycle],
          ['Hops', node.depth === 0 ? undefined : node.depth],
        ]}
      />
      {lines.length === 0 ? null : (
        <ul aria-label="Related">
          {lines.slice(0, MOST).map((edge) => {
            const out = edge.from === node.ref;
            const other = out ? edge.to : edge.from;
            return (
              <li key={`${edge.from}${edge.type}${edge.to}`}>
                <span className="p-t3">{out ? relationWord(edge.type) : `${relationWord(edge.type)} this:`}</span>{' '}
                <button type="button" className="p-link" onClick={() => onChoose(other)}>
                  {titles.get(other) ?? nameOf(other)}
                </button>
              </li>
            );
          })}
          {lines.length > MOST ? <li className="p-t3">and {lines.length - MOST} more</li> : null}
        </ul>
      )}
      <div className="p-row wrap tight">
        {centre ? null : (
          <Button small icon={IconFocus2} onClick={() => onFocus(node.ref)}>
            Focus
          </Button>
        )}
        <Button
          small
          icon={IconArrowsMaximize}
          disabledReason={expanded ? 'Its neighbours are here' : undefined}
          onClick={() => onExpand(node.ref)}
        >
          Expand
        </Button>
        <LinkButton small href={`${entityHref(node.ref, 'dependencies')}?show=impact`}>
          If it breaks
        </LinkButton>
      </div>
    </aside>
  );
}
