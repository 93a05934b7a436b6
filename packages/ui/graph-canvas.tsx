import {
  Background,
  BackgroundVariant,
  Controls,
  Handle,
  MarkerType,
  Position,
  ReactFlow,
  type Edge,
  type Node,
  type NodeProps,
} from '@xyflow/react';
import { useMemo, useState } from 'react';
import { Icon } from './icon.tsx';
import { framedLayout, layout, type Framed } from './graph-layout.ts';
import { marks, type GraphNode, type GraphViewProps } from './graph-view.tsx';
import { Glyph } from './status.tsx';
import '@xyflow/react/dist/base.css';

type Data = { node: GraphNode; dim: boolean; vertical: boolean };

function Box({ data }: NodeProps<Node<Data>>) {
  const { node, dim, vertical } = data;
  return (
    <div
      className={`p-node ${node.change ?? ''} ${node.self ? 'self' : ''} ${node.outside ? 'outside' : ''} ${dim ? 'dim' : ''} ${node.fold ? 'fold' : ''}`}
    >
      <Handle type="target" position={vertical ? Position.Top : Position.Left} isConnectable={false} />
      {node.fold ? (
        node.label
      ) : (
        <>
          {node.icon ? <Icon of={node.icon} /> : null}
          <span className="words">
            <b>{node.label}</b>
            <small>{node.note}</small>
          </span>
          {node.status ? <Glyph status={node.status} /> : null}
          {node.change ? (
            <span className={`p-badge ${node.change}`} aria-hidden>
              {marks[node.change].sign}
            </span>
          ) : null}
        </>
      )}
      <Handle type="source" position={vertical ? Position.Bottom : Position.Right} isConnectable={false} />
    </div>
  );
}

type FrameData = { label: string; width: number; height: number };

/** The border of what belongs together. */
function Frame({ data }: NodeProps<Node<FrameData>>) {
  return (
    <div className="p-graph-frame" style={{ width: data.width, height: data.height }}>
      {data.label}
    </div>
  );
}

const types = { box: Box, frame: Frame };

/** The drawn graph; loaded when first shown. */
export function GraphCanvas({ nodes, edges, direction = 'LR', chosen, onChoose, onOpen, height = 320, label, frame }: GraphViewProps) {
  const [hovered, setHovered] = useState<string>();
  const vertical = direction === 'TB';
  const { places, frame: border } = useMemo((): Partial<Framed> & Pick<Framed, 'places'> => {
    const ids = nodes.map((node) => node.id);
    const lines = edges.map((edge) => [edge.from, edge.to] as const);
    if (frame === undefined) return { places: layout(ids, lines, direction) };
    return framedLayout(ids, lines, new Set(nodes.filter((node) => node.outside).map((node) => node.id)));
  }, [nodes, edges, direction, frame]);
  const near = useMemo(
    () =>
      hovered === undefined
        ? undefined
        : new Set([hovered, ...edges.flatMap((edge) => (edge.from === hovered ? [edge.to] : edge.to === hovered ? [edge.from] : []))]),
    [hovered, edges],
  );
  const boxes: Node<Data>[] = nodes.map((node) => {
    const place = places.find((entry) => entry.id === node.id);
    return {
      id: node.id,
      type: 'box',
      position: { x: place?.x ?? 0, y: place?.y ?? 0 },
      data: { node, dim: near !== undefined && !near.has(node.id), vertical },
      selected: node.id === chosen,
      draggable: false,
      connectable: false,
      ariaLabel: `${node.label}, ${node.note}${node.change ? `, ${marks[node.change].word}` : ''}`,
    };
  });
  const drawn: Node[] =
    border === undefined
      ? boxes
      : [
          {
            id: 'frame',
            type: 'frame',
            position: { x: border.x, y: border.y },
            data: { label: frame, width: border.width, height: border.height },
            selectable: false,
            focusable: false,
            draggable: false,
            zIndex: -1,
          },
          ...boxes,
        ];
  const lines: Edge[] = edges.map((edge) => ({
    id: `${edge.from}>${edge.to}`,
    source: edge.from,
    target: edge.to,
    className: `${edge.change ?? ''} ${near !== undefined && edge.from !== hovered && edge.to !== hovered ? 'dim' : ''}`,
    focusable: false,
    markerEnd: {
      type: MarkerType.Arrow,
      width: 16,
      height: 16,
      strokeWidth: 1.25,
      color:
        edge.change === 'add' ? 'var(--p-healthy-glyph)' : edge.change === 'remove' ? 'var(--p-failed-glyph)' : 'var(--p-border-control)',
    },
  }));
  const walk = (event: React.KeyboardEvent) => {
    const from = chosen ?? nodes.find((node) => node.self)?.id ?? nodes[0]?.id;
    const forward = vertical ? 'ArrowDown' : 'ArrowRight';
    const back = vertical ? 'ArrowUp' : 'ArrowLeft';
    if (event.key === 'Enter' && from) return onOpen?.(from);
    const next =
      event.key === forward
        ? edges.find((edge) => edge.from === from)?.to
        : event.key === back
          ? edges.find((edge) => edge.to === from)?.from
          : undefined;
    if (next === undefined) return;
    event.preventDefault();
    onChoose?.(next);
  };
  return (
    <div className="p-graph" style={{ height }} onKeyDown={walk} role="group" aria-label={label}>
      <ReactFlow
        nodes={drawn}
        edges={lines}
        nodeTypes={types}
        fitView
        fitViewOptions={{ padding: 0.12, maxZoom: 1 }}
        minZoom={0.25}
        maxZoom={1.5}
        proOptions={{ hideAttribution: true }}
        nodesDraggable={false}
        nodesConnectable={false}
        zoomOnScroll={false}
        preventScrolling={false}
        panOnScroll={false}
        onNodeClick={(_, node) => (node.type === 'frame' ? undefined : onChoose?.(node.id))}
        onNodeDoubleClick={(_, node) => (node.type === 'frame' ? undefined : onOpen?.(node.id))}
        onNodeMouseEnter={(_, node) => (node.type === 'frame' ? undefined : setHovered(node.id))}
        onNodeMouseLeave={() => setHovered(undefined)}
        aria-label={label}
      >
        <Background variant={BackgroundVariant.Dots} gap={16} size={1} color="var(--p-border-strong)" />
        {nodes.length > 8 ? <Controls showInteractive={false} /> : null}
      </ReactFlow>
    </div>
  );
}
