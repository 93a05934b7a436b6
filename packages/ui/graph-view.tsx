import { useMediaQuery } from '@mantine/hooks';
import { Suspense, useState } from 'react';
import { Icon, type IconType } from './icon.tsx';
import { lazyCode } from './lazy-code.tsx';
import { Segments } from './section.tsx';
import { Glyph, type StatusName } from './status.tsx';
import './graph.css';

export type ChangeMark = 'add' | 'change' | 'remove';

export interface GraphNode {
  readonly id: string;
  readonly label: string;
  /** Type, or the reason. */
  readonly note: string;
  readonly icon?: IconType;
  readonly status?: StatusName;
  readonly self?: boolean;
  /** Belongs to somebody else: drawn with a dashed border. */
  readonly outside?: boolean;
  readonly change?: ChangeMark;
  /** A folded group: "14 unchanged". */
  readonly fold?: boolean;
}

export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  readonly label?: string;
  readonly change?: ChangeMark;
}

export interface GraphViewProps {
  readonly label: string;
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
  readonly direction?: 'LR' | 'TB';
  readonly chosen?: string | undefined;
  readonly onChoose?: (id: string) => void;
  readonly onOpen?: (id: string) => void;
  readonly height?: number;
  /** Name of a frame around everything that is not `outside`. */
  readonly frame?: string;
}

/** Signs and words of a change. */
export const marks: Record<ChangeMark, { sign: string; word: string }> = {
  add: { sign: '+', word: 'added' },
  change: { sign: '~', word: 'changed' },
  remove: { sign: '−', word: 'removed' },
};

const Canvas = lazyCode(async () => (await import('./graph-canvas.tsx')).GraphCanvas, { whole: true });

/** The text twin of a graph: every node with what it points to. */
function GraphList({ nodes, edges, onOpen, onChoose }: GraphViewProps) {
  const act = onChoose ?? onOpen;
  return (
    <ul className="p-list top">
      {nodes.map((node) => {
        const targets = edges
          .filter((edge) => edge.from === node.id)
          .map((edge) => nodes.find((other) => other.id === edge.to)?.label ?? edge.to);
        return (
          <li key={node.id}>
            {node.change ? (
              <span className={`p-badge ${node.change}`}>{marks[node.change].sign}</span>
            ) : node.status ? (
              <Glyph status={node.status} />
            ) : node.icon ? (
              <Icon of={node.icon} />
            ) : null}
            <div className="body">
              {act ? (
                <button type="button" className="p-link name" onClick={() => act(node.id)}>
                  {node.label}
                </button>
              ) : (
                <b>{node.label}</b>
              )}
              {node.change ? <span className="p-t3"> {marks[node.change].word}</span> : null}
              <small>
                {node.note}
                {targets.length > 0 ? ` · needs ${targets.join(', ')}` : ''}
              </small>
            </div>
          </li>
        );
      })}
    </ul>
  );
}

/** A graph with its list twin; phones get the list. */
export function GraphView(props: GraphViewProps & { tools?: boolean }) {
  const phone = useMediaQuery('(max-width: 820px)', window.innerWidth <= 820, { getInitialValueInEffect: false });
  const [view, setView] = useState<'graph' | 'list'>('graph');
  const list = phone || view === 'list';
  return (
    <div>
      {props.tools !== false && !phone ? (
        <div className="p-graph-tools">
          <Segments
            label="View"
            value={view}
            onChange={setView}
            options={[
              { value: 'graph', label: 'Graph' },
              { value: 'list', label: 'List' },
            ]}
          />
        </div>
      ) : null}
      {list ? (
        <GraphList {...props} />
      ) : (
        <Suspense fallback={<div className="p-graph" style={{ height: props.height ?? 320 }} aria-busy="true" />}>
          <Canvas {...props} />
        </Suspense>
      )}
    </div>
  );
}
