import { BaseEdge, type Edge, type EdgeProps } from '@xyflow/react';
import { curveThrough } from './curve.ts';
import type { PlacedGraph } from './place.ts';

/** An arrow that passes the points that `placeGraph` found for it. */
export type RoutedEdge = Edge<
  {
    readonly bends: PlacedGraph['bends'][number];
    /** Drawn as a strong line. */
    readonly isCritical: boolean;
  },
  'routed'
>;

export function RoutedEdgeLine(props: EdgeProps<RoutedEdge>) {
  const { sourceX, sourceY, targetX, targetY, markerEnd, data, label } = props;
  const path = curveThrough([{ x: sourceX, y: sourceY }, ...(data?.bends ?? []), { x: targetX, y: targetY }]);
  const [after] = data?.bends ?? [{ x: targetX, y: targetY }];
  return (
    <BaseEdge
      path={path}
      className={data?.isCritical === true ? 'graph-edge graph-edge-critical' : 'graph-edge'}
      {...(markerEnd !== undefined && { markerEnd })}
      {...(label !== undefined && {
        label,
        labelX: (sourceX + (after?.x ?? targetX)) / 2,
        labelY: (sourceY + (after?.y ?? targetY)) / 2,
      })}
    />
  );
}
