import { NONE, type MergedGraph } from '@flowprof/model';
import { useMemo, type ReactNode } from 'react';
import { formatDuration } from '../time.ts';
import { blockAt, wholeOf } from '../views/left-heavy.ts';
import { changeText } from '../views/difference.ts';

export interface MergedTableProps {
  readonly graph: MergedGraph;
  readonly selected?: number | null;
  readonly onSelect?: (block: number) => void;
  /** At most so many blocks are listed, those with the largest totals; 200 when absent. */
  readonly limit?: number;
  readonly caption?: string;
  readonly className?: string;
}

const LIMIT = 200;
/** So many names around a block are said at most. */
const MOST_AROUND = 6;

function around({ parent, name }: MergedGraph, block: number): string {
  const names: string[] = [];
  let at = parent[block];
  for (; at !== NONE && names.length < MOST_AROUND; at = parent[at]) names.push(name[at]);
  return `${at === NONE ? '' : '… › '}${names.reverse().join(' › ')}`;
}

/** The largest blocks first; those of the base count where they are larger. */
function largest({ length, total, base }: MergedGraph, limit: number): number[] {
  const weight = base === null ? total : total.map((own, block) => Math.max(own, base.total[block]));
  const blocks = Uint32Array.from({ length }, (_, block) => block);
  blocks.sort((a, b) => weight[b] - weight[a] || a - b);
  return [...blocks.subarray(0, limit)];
}

/** A merged graph as a real table: for screen readers, for the keyboard, and for copying. */
export function MergedTable(props: MergedTableProps): ReactNode {
  const { graph, selected, onSelect, limit = LIMIT } = props;
  const listed = useMemo(() => largest(graph, limit), [graph, limit]);
  const whole = useMemo(() => wholeOf(graph), [graph]);
  const shown = listed.length < graph.length ? `, the first ${listed.length} of ${graph.length}` : '';
  return (
    <table className={['flowprof-flame-table', props.className].filter(Boolean).join(' ')}>
      <caption>{`${props.caption ?? 'Merged spans, the largest totals first'}${shown}`}</caption>
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col">In</th>
          {['Total', 'Percent', 'Self', 'Count', ...(graph.base === null ? [] : ['Base total', 'Change'])].map(
            (head) => (
              <th scope="col" key={head} className="flowprof-flame-number">
                {head}
              </th>
            ),
          )}
        </tr>
      </thead>
      <tbody>
        {listed.map((row) => {
          const block = blockAt(graph, row, whole);
          const isSelected = row === selected;
          return (
            <tr key={row} data-selected={isSelected || undefined}>
              <th scope="row">
                <button type="button" aria-pressed={isSelected} onClick={() => onSelect?.(row)}>
                  {block.name}
                </button>
              </th>
              <td>
                <bdi>{around(graph, row)}</bdi>
              </td>
              <td className="flowprof-flame-number">{formatDuration(block.total)}</td>
              <td className="flowprof-flame-number">{(block.share * 100).toFixed(1)}%</td>
              <td className="flowprof-flame-number">{formatDuration(block.self)}</td>
              <td className="flowprof-flame-number">{block.count.toLocaleString('en')}</td>
              {block.base !== null && (
                <>
                  <td className="flowprof-flame-number">{formatDuration(block.base.total)}</td>
                  <td className="flowprof-flame-number">
                    {changeText(block.base.presence, block.base.total, block.total)}
                  </td>
                </>
              )}
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
