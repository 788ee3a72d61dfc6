import type { Status } from '@flowprof/model';
import { Handle, Position } from '@xyflow/react';
import type { ReactNode } from 'react';
import { StatusIcon } from '../components/StatusBadge.tsx';

/** How large a card is, for `placeGraph`. CSS pixels. */
export const CARD = { width: 216, height: 92 } as const;

interface NodeCardProps {
  readonly name: string;
  /** The type of the node; null where it is not known. */
  readonly type: string | null;
  /** Null for a node of a workflow, which is no run. */
  readonly status: Status | null;
  /** How many instances the card stands for, where there are more than one. */
  readonly count?: number;
  /** Marked by a line at its foot. */
  readonly isCritical?: boolean;
  readonly isSelected?: boolean;
  /** Whether arrows can be drawn from it and to it. */
  readonly isConnectable?: boolean;
  /** What else is told of it, in one line or two. */
  readonly children?: ReactNode;
}

/** A node of a graph: of a workflow, or of one of its runs. */
export function NodeCard(props: NodeCardProps) {
  const { name, type, status, count = 1, isCritical = false, isSelected = false, isConnectable = false } = props;
  const marks = `${isCritical ? ' graph-card-critical' : ''}${isSelected ? ' graph-card-selected' : ''}`;
  return (
    <div className={`graph-card graph-card-${status ?? 'plain'}${marks}`}>
      <Handle type="target" position={Position.Left} isConnectable={isConnectable} />
      <div className="graph-card-head">
        {status !== null && <StatusIcon status={status} />}
        <bdi className="graph-card-name" title={name}>
          {name}
        </bdi>
        {count > 1 && <span className="graph-card-count">×{count.toLocaleString('en')}</span>}
      </div>
      {type !== null && <bdi className="graph-card-type">{type}</bdi>}
      {props.children}
      <Handle type="source" position={Position.Right} isConnectable={isConnectable} />
    </div>
  );
}
