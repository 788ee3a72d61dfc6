import { Controls, MiniMap, ReactFlow, type Edge, type Node, type ReactFlowProps } from '@xyflow/react';
import { useState } from 'react';
import '@xyflow/react/dist/base.css';
import '../styles/graph.css';
import { useTheme } from '../shell/theme.ts';
import { ReadableStart, type GraphStart } from './ReadableStart.tsx';

/** From so many nodes on, a map of the whole graph helps, even where all of it is in view. */
const MAP_FROM = 25;
/** In CSS pixels: small enough to leave room beside it on a phone. */
const MAP_SIZE = { width: 140, height: 84 };
/** From so many nodes on, only what is in view is in the document. */
const MANY = 100;

const ARIA_LABELS = {
  'node.a11yDescription.default': 'Press Enter or Space to show the details of the node.',
  'controls.ariaLabel': 'Zoom of the graph',
} as const;

type GraphCanvasProps<N extends Node, E extends Edge> = ReactFlowProps<N, E> & {
  /** What the graph is of. */
  readonly label: string;
};

/**
 * The frame of a graph: zoom, pan, a map of it where it is large, both themes. Nothing can be moved, connected or deleted in
 * it unless the properties say so. Where the nodes are comes from `placeGraph`.
 */
export function GraphCanvas<N extends Node, E extends Edge>({ label, children, ...props }: GraphCanvasProps<N, E>) {
  const theme = useTheme();
  const count = props.nodes?.length ?? 0;
  const [shown, setShown] = useState<GraphStart | null>(null);
  return (
    <section className={shown === null ? 'graph-canvas is-placing' : 'graph-canvas'} aria-label={label}>
      <ReactFlow<N, E>
        colorMode={theme}
        fitViewOptions={{ padding: 0.1, maxZoom: 1 }}
        minZoom={0.02}
        maxZoom={2}
        nodesDraggable={false}
        nodesConnectable={false}
        edgesFocusable={false}
        deleteKeyCode={null}
        onlyRenderVisibleElements={count > MANY}
        ariaLabelConfig={ARIA_LABELS}
        {...props}
      >
        <Controls showInteractive={false} />
        <ReadableStart onShown={setShown} />
        {(shown === 'cut' || count >= MAP_FROM) && (
          <MiniMap pannable zoomable ariaLabel="Map of the graph" style={MAP_SIZE} />
        )}
        {children}
      </ReactFlow>
    </section>
  );
}
