import { DARK, LIGHT } from '@flowprof/flame';
import { FlameGraph, MergedTable } from '@flowprof/flame/react';
import { useRef, useState } from 'react';
import { Icon } from '../components/Icon.tsx';
import { ErrorState } from '../components/Notice.tsx';
import { useTheme } from '../shell/theme.ts';
import { useDifference, type Pair } from './queries.ts';
import { ScrollBox } from './ScrollBox.tsx';

interface FlameViewProps {
  readonly workspace: string | undefined;
  readonly pair: Pair;
  readonly block: number | null;
  readonly onBlock: (block: number | null) => void;
}

/** The differential flame graph: as wide as the candidate's time, coloured by what it is more or less than the base's. */
export function FlameView({ workspace, pair, block, onBlock }: FlameViewProps) {
  const { data, error, refetch } = useDifference(workspace, pair);
  const theme = useTheme() === 'dark' ? DARK : LIGHT;
  const frame = useRef<HTMLDivElement>(null);
  const [search, setSearch] = useState('');
  if (error && !data) return <ErrorState error={error} what="The flame graph" onRetry={() => void refetch()} />;
  if (!data) return <output className="skeleton skeleton-chart" aria-label="Loading the flame graph" />;
  if (data.graph.length === 0) return <p className="compare-note">Neither execution has spans.</p>;
  const selected = block !== null && block < data.graph.length ? block : null;
  return (
    <>
      <div className="flame-view-bar">
        <div className="search">
          <Icon name="search" />
          <input
            type="search"
            className="search-input"
            aria-label="Search the blocks"
            placeholder="Search the blocks"
            value={search}
            onChange={(event) => setSearch(event.target.value)}
          />
        </div>
        {data.count > data.graph.length && (
          <span className="muted">
            The {data.graph.length.toLocaleString('en')} largest of {data.count.toLocaleString('en')} blocks
          </span>
        )}
      </div>
      <div className="flame-view" ref={frame}>
        <FlameGraph
          graph={data.graph}
          theme={theme}
          label="Flame graph of the difference"
          selected={selected}
          onSelect={onBlock}
          search={search}
          onHeight={(height) => frame.current?.style.setProperty('--chart-height', `${height}px`)}
        />
      </div>
      <details className="as-table">
        <summary>The same as a table</summary>
        <ScrollBox label="Blocks of the flame graph">
          <MergedTable
            graph={data.graph}
            selected={selected}
            onSelect={onBlock}
            caption="Merged spans of both executions, the largest totals first"
          />
        </ScrollBox>
      </details>
    </>
  );
}
