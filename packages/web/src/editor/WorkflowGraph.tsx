import { formatDuration } from '@flowprof/flame';
import {
  Handle,
  MarkerType,
  Position,
  type Connection,
  type Edge,
  type Node,
  type NodeProps,
  type ReactFlowInstance,
} from '@xyflow/react';
import { useEffect, useMemo, useRef, type KeyboardEvent } from 'react';
import { Icon, type IconName } from '../components/Icon.tsx';
import { GraphCanvas } from '../graph/GraphCanvas.tsx';
import { CARD, NodeCard } from '../graph/NodeCard.tsx';
import { RoutedEdgeLine, type RoutedEdge } from '../graph/RoutedEdge.tsx';
import { layOut } from './layout.ts';
import { faultOfConnection } from './operations.ts';
import type { Outline, OutlineNode } from './outline.ts';
import type { NodeTime } from './queries.ts';

/** How a node differs from the version that is compared with. */
export type Mark = 'added' | 'removed' | 'changed';

const MARKS: Readonly<Record<Mark, readonly [words: string, icon: IconName]>> = {
  added: ['added', 'plus'],
  removed: ['removed', 'skip'],
  changed: ['changed', 'warning'],
};

interface CardData extends Record<string, unknown> {
  readonly node: OutlineNode;
  readonly time: NodeTime | null;
  readonly problems: number;
  readonly mark: Mark | null;
  /** Whether it is among what is searched for. */
  readonly isFaded: boolean;
  readonly isConnectable: boolean;
}

type CardNode = Node<CardData, 'card' | 'box'>;

/** What is told of a node in its lower lines. */
function Lines({ data }: { readonly data: CardData }) {
  const { time, problems, mark } = data;
  const [words, icon] = mark === null ? [null, null] : MARKS[mark];
  return (
    <span className="editor-lines">
      {time && (
        <span className="graph-card-line" title={`Median over the last ${time.runs} runs in which it ran`}>
          {formatDuration(time.time * 1000)} in the median
        </span>
      )}
      {problems > 0 && (
        <span className="editor-problems">
          <Icon name="warning" />
          {problems === 1 ? '1 problem' : `${problems} problems`}
        </span>
      )}
      {words !== null && (
        <span className={`mark mark-${words}`}>
          <Icon name={icon} />
          {words}
        </span>
      )}
    </span>
  );
}

function Card({ data, selected }: NodeProps<CardNode>) {
  const { node, isFaded, mark, isConnectable } = data;
  return (
    <div className={`editor-card${isFaded ? ' editor-faded' : ''}${mark === null ? '' : ` editor-${mark}`}`}>
      <NodeCard
        name={node.label}
        type={node.type || 'no type'}
        status={null}
        isSelected={selected}
        isConnectable={isConnectable}
      >
        <Lines data={data} />
      </NodeCard>
    </div>
  );
}

/** A group or loop: a box around its nodes. */
function BoxOfNodes({ data, selected }: NodeProps<CardNode>) {
  const { node, isFaded, mark, isConnectable } = data;
  const classes = `${selected ? ' graph-card-selected' : ''}${isFaded ? ' editor-faded' : ''}`;
  return (
    <div className={`editor-box${classes}${mark === null ? '' : ` editor-${mark}`}`}>
      <Handle type="target" position={Position.Left} isConnectable={isConnectable} />
      <div className="editor-box-head">
        <bdi className="graph-card-name">{node.label}</bdi>
        <bdi className="graph-card-type">{node.type}</bdi>
        <Lines data={data} />
      </div>
      <Handle type="source" position={Position.Right} isConnectable={isConnectable} />
    </div>
  );
}

const NODE_TYPES = { card: Card, box: BoxOfNodes };
const EDGE_TYPES = { routed: RoutedEdgeLine };

interface WorkflowGraphProps {
  readonly label: string;
  readonly outline: Outline;
  readonly selected: string | null;
  readonly onSelect: (key: string | null) => void;
  readonly times?: ReadonlyMap<string, NodeTime>;
  readonly problems?: ReadonlyMap<string, number>;
  /** By key. */
  readonly marks?: ReadonlyMap<string, Mark>;
  /** The keys of what is searched for; null where nothing is. */
  readonly found?: ReadonlySet<string> | null;
  /** A node to bring into view; a new object brings it there again. */
  readonly shown?: { readonly key: string } | null;
  /** What can be changed by hand; nothing where it is absent. */
  readonly edit?: {
    readonly onConnect: (from: string, to: string) => void;
    readonly onDisconnect: (to: string, name: string) => void;
    readonly onRemove: (key: string) => void;
  };
}

function cardsOf(props: WorkflowGraphProps, places: ReturnType<typeof layOut>['nodes']): CardNode[] {
  const { outline, selected, times, problems, marks, found = null, edit } = props;
  const holders = new Set(outline.nodes.map(({ parent }) => parent));
  return outline.nodes.map((node): CardNode => {
    const at = places.get(node.key) ?? { x: 0, y: 0, ...CARD };
    return {
      id: node.key,
      type: holders.has(node.key) ? 'box' : 'card',
      position: { x: at.x, y: at.y },
      width: at.width,
      height: at.height,
      ...(node.parent !== null && { parentId: node.parent }),
      selected: node.key === selected,
      ariaLabel: `${node.label}, ${node.type}`,
      data: {
        node,
        time: times?.get(node.id) ?? null,
        problems: problems?.get(node.key) ?? 0,
        mark: marks?.get(node.key) ?? null,
        isFaded: found !== null && !found.has(node.key),
        isConnectable: edit !== undefined,
      },
    };
  });
}

const ARROW = { type: MarkerType.ArrowClosed, width: 16, height: 16, markerUnits: 'userSpaceOnUse' } as const;

function arrowsOf(edges: ReturnType<typeof layOut>['edges'], { byKey }: Outline): RoutedEdge[] {
  return edges.map(({ from, to, name, branch, bends }): RoutedEdge => {
    return {
      id: `${to} ${name}`,
      type: 'routed',
      ariaLabel: `${byKey.get(to)?.label ?? ''} waits for ${name}`,
      source: from,
      target: to,
      markerEnd: ARROW,
      zIndex: 1,
      ...(branch !== null && { label: branch }),
      data: { bends, isCritical: false },
    };
  });
}

/** The graph of a workflow file, with groups as boxes around their nodes. */
export function WorkflowGraph(props: WorkflowGraphProps) {
  const { label, outline, onSelect, shown = null, edit } = props;
  const flow = useRef<ReactFlowInstance<CardNode, RoutedEdge> | null>(null);
  const layout = useMemo(() => layOut(outline, CARD), [outline]);
  const nodes = cardsOf(props, layout.nodes);
  const edges = useMemo(() => arrowsOf(layout.edges, outline), [layout, outline]);
  useEffect(() => {
    if (shown !== null)
      void flow.current?.fitView({ nodes: [{ id: shown.key }], maxZoom: 1, padding: 0.6, duration: 200 });
  }, [shown]);
  const isPossible = ({ source, target }: Connection | Edge): boolean =>
    faultOfConnection(outline, source, target) === null;
  const press = (event: KeyboardEvent): void => {
    if (edit === undefined || (event.key !== 'Delete' && event.key !== 'Backspace')) return;
    const { target } = event;
    const key = target instanceof Element ? target.closest('.react-flow__node')?.getAttribute('data-id') : null;
    if (key !== null && key !== undefined) edit.onRemove(key);
  };
  return (
    // The keys are those of the focused node inside, which has its own role.
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions
    <div className="editor-canvas" onKeyDown={press}>
      <GraphCanvas<CardNode, RoutedEdge>
        label={label}
        nodes={nodes}
        edges={edges}
        nodeTypes={NODE_TYPES}
        edgeTypes={EDGE_TYPES}
        nodesConnectable={edit !== undefined}
        isValidConnection={isPossible}
        onInit={(instance) => {
          flow.current = instance;
        }}
        onConnect={({ source, target }) => edit?.onConnect(source, target)}
        onEdgeDoubleClick={(_, { target, id }) => edit?.onDisconnect(target, id.slice(target.length + 1))}
        onNodesChange={(changes) => {
          for (const change of changes) if (change.type === 'select' && change.selected) onSelect(change.id);
        }}
        onPaneClick={() => onSelect(null)}
        elementsSelectable
      />
    </div>
  );
}
