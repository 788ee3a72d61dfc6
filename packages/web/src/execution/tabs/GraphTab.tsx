import { formatDuration } from '@flowprof/flame';
import { NONE } from '@flowprof/model';
import { MarkerType, type Node, type NodeProps } from '@xyflow/react';
import { useMemo, useState } from 'react';
import { Button } from 'react-aria-components';
import { formatPercent } from '../../format/duration.ts';
import { GraphCanvas } from '../../graph/GraphCanvas.tsx';
import { CARD, NodeCard } from '../../graph/NodeCard.tsx';
import { placeGraph, type PlacedGraph } from '../../graph/place.ts';
import { RoutedEdgeLine, type RoutedEdge } from '../../graph/RoutedEdge.tsx';
import { statusWord } from '../../components/StatusBadge.tsx';
import { RunNodesTable } from '../RunNodesTable.tsx';
import { runGraph, shownGraph, type RunNode, type ShownGraph } from '../runGraph.ts';
import { SelectedSpan } from '../SelectedSpan.tsx';
import { spanIdOrNull } from '../spanIds.ts';
import type { TabProps } from './tab.ts';

type RunNodeOnCanvas = Node<
  {
    readonly node: RunNode;
    readonly makespan: number;
    readonly isOpen: boolean;
    /** Draws what it contains, or no more; null where it contains nothing. */
    readonly onToggle: (() => void) | null;
  },
  'run'
>;

/** The second line of a card: what is out of the ordinary. */
function remarks({ attempts, count, queue, failed, running }: RunNode): string {
  const parts: string[] = [];
  if (failed > 0 && count > 1) parts.push(`${failed.toLocaleString('en')} failed`);
  if (running > 0 && count > 1) parts.push(`${running.toLocaleString('en')} running`);
  if (attempts > count) parts.push(`${attempts.toLocaleString('en')} attempts`);
  if (queue > 0) parts.push(`queued ${formatDuration(queue)}`);
  return parts.join(' · ');
}

function RunCard({ data, selected }: NodeProps<RunNodeOnCanvas>) {
  const { node, makespan, isOpen, onToggle } = data;
  const isCritical = node.critical > 0;
  return (
    <NodeCard
      name={node.name}
      type={node.type === 'unknown' ? null : node.type}
      status={node.status}
      count={node.count}
      isCritical={isCritical}
      isSelected={selected}
    >
      <span className="graph-card-line">
        {node.row === NONE ? 'not started' : formatDuration(node.time)}
        {isCritical && ` · ${formatPercent(node.critical, makespan)} of the run`}
      </span>
      {onToggle ? (
        <Button className="link-button graph-card-toggle nodrag nopan" onPress={onToggle}>
          {isOpen ? 'Close' : `Open ${node.contains.toLocaleString('en')} inside`}
        </Button>
      ) : (
        <span className="graph-card-line">{remarks(node)}</span>
      )}
    </NodeCard>
  );
}

const NODE_TYPES = { run: RunCard };
const EDGE_TYPES = { routed: RoutedEdgeLine };
const ARROW = { type: MarkerType.ArrowClosed, width: 16, height: 16, markerUnits: 'userSpaceOnUse' };
const CRITICAL_ARROW = { ...ARROW, color: 'var(--text)' };

/** What of a graph decides where things lie; while a run goes on that mostly stays the same. */
function structureOf({ nodes, links }: ShownGraph): string {
  return JSON.stringify([nodes.map(({ id }) => id), links.map(({ from, to }) => [from, to])]);
}

/** Places what is shown anew only when its structure has changed. */
function usePlaced(shown: ShownGraph | null): PlacedGraph | null {
  const structure = shown ? structureOf(shown) : '';
  return useMemo(() => {
    if (structure === '' || !shown) return null;
    return placeGraph(
      shown.nodes.map(({ id }) => ({ id, ...CARD })),
      shown.links,
    );
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- the structure says all that matters of what is shown
  }, [structure]);
}

function cardsOf(
  shown: ShownGraph,
  placed: PlacedGraph,
  makespan: number,
  opened: ReadonlySet<string>,
  onToggle: (id: string) => void,
): RunNodeOnCanvas[] {
  return shown.nodes.map((node) => ({
    id: node.id,
    type: 'run',
    position: placed.corners.get(node.id) ?? { x: 0, y: 0 },
    width: CARD.width,
    height: CARD.height,
    data: {
      node,
      makespan,
      isOpen: opened.has(node.id),
      onToggle: node.contains > 0 ? () => onToggle(node.id) : null,
    },
    ariaLabel: `${node.name}: ${statusWord(node.status)}, ${formatDuration(node.time)}`,
  }));
}

function edgesOf({ links }: ShownGraph, { bends }: PlacedGraph): RoutedEdge[] {
  return links.map(({ from, to, isCritical, isInside }, at) => ({
    id: JSON.stringify([from, to]),
    type: 'routed',
    source: from,
    target: to,
    data: { bends: bends[at] ?? [], isCritical },
    className: isInside ? 'graph-edge-inside' : '',
    markerEnd: isCritical ? CRITICAL_ARROW : ARROW,
    zIndex: isCritical ? 1 : 0,
  }));
}

function withToggled(opened: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const next = new Set(opened);
  if (!next.delete(id)) next.add(id);
  return next;
}

function NoGraph() {
  return (
    <div className="state">
      <h2>No graph is known of this execution</h2>
      <p>What it was recorded with tells of spans, but not of nodes and what depends on what.</p>
    </div>
  );
}

/** Room above and below a graph, in its frame. CSS pixels. */
const MARGIN = 96;

/** The execution as the graph of its nodes, with what each took and what held the end. */
export function GraphTab(props: TabProps) {
  const { trace, analysis, address } = props;
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set<string>());
  const graph = useMemo(() => (analysis ? runGraph(analysis.whole) : null), [analysis]);
  const shown = useMemo(() => (graph ? shownGraph(graph, opened) : null), [graph, opened]);
  const placed = usePlaced(shown);
  const makespan = analysis?.makespan ?? 0;
  const selected = address.state.span;
  const cards = useMemo(() => {
    if (!shown || !placed) return [];
    return cardsOf(shown, placed, makespan, opened, (id) => setOpened((now) => withToggled(now, id)));
  }, [shown, placed, makespan, opened]);
  const edges = useMemo(() => (shown && placed ? edgesOf(shown, placed) : []), [shown, placed]);
  if (!trace || !graph || !shown) return <output className="skeleton skeleton-chart" aria-label="Loading the graph" />;
  if (graph.nodes.length === 0) return <NoGraph />;
  const height = placed?.height ?? 0;
  const select = (row: number) => address.change({ span: spanIdOrNull(trace.spans.ids, row) });
  const isSelected = ({ row }: RunNode) => selected !== null && spanIdOrNull(trace.spans.ids, row) === selected;
  return (
    <div className="graph-tab">
      <div className="graph-row" ref={(row) => row?.style.setProperty('--graph-height', `${height + MARGIN}px`)}>
        <GraphCanvas
          label={`Graph of ${trace.execution.workflow ?? 'the execution'}`}
          nodes={cards.map((card) => (isSelected(card.data.node) ? { ...card, selected: true } : card))}
          edges={edges}
          nodeTypes={NODE_TYPES}
          edgeTypes={EDGE_TYPES}
          onNodesChange={(changes) => {
            for (const change of changes) {
              if (change.type !== 'select' || !change.selected) continue;
              const row = shown.nodes.find(({ id }) => id === change.id)?.row ?? NONE;
              if (row !== NONE) select(row);
            }
          }}
          onPaneClick={() => address.change({ span: null })}
        />
        <SelectedSpan {...props} />
      </div>
      {shown.of > shown.nodes.length && (
        <p className="muted">
          The {shown.nodes.length.toLocaleString('en')} of {shown.of.toLocaleString('en')} nodes that took most are
          drawn. The table has all of them.
        </p>
      )}
      <RunNodesTable nodes={graph.nodes} makespan={makespan} selected={isSelected} onSelect={select} />
    </div>
  );
}
