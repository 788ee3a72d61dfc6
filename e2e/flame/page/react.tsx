import { FlameChart, FlameTable } from '@flowprof/flame/react';
import { useState, type ReactNode } from 'react';
import { createRoot } from 'react-dom/client';
import { checkout, checkoutPath, TracePen } from './traces.ts';

const HOSTILE = '<img src=x onerror="document.title=1"> & "quotes"';

function hostile(): ReturnType<typeof checkout> {
  const pen = new TracePen();
  const node = pen.node('evil', [], null, HOSTILE);
  const row = pen.span('node', HOSTILE, 0, 100, { node });
  pen.spans.annotateSpan(row, { [HOSTILE]: HOSTILE });
  return pen.trace();
}

const trace = new URLSearchParams(location.search).has('hostile') ? hostile() : checkout();
const path = trace.spans.length > 1 ? checkoutPath(trace) : null;

function Page(): ReactNode {
  const [row, setRow] = useState<number | null>(null);
  const [search, setSearch] = useState('');
  const [matches, setMatches] = useState(0);
  return (
    <>
      <h1>Checkout</h1>
      <label>
        Search <input value={search} onChange={(event) => setSearch(event.target.value)} />
      </label>
      <output>{matches} found</output>
      <div className="chart">
        <FlameChart
          trace={trace}
          criticalPath={path}
          selectedRow={row}
          onSelect={setRow}
          search={search}
          onSearchResult={setMatches}
          label="Flame chart of checkout"
        />
      </div>
      <FlameTable trace={trace} selectedRow={row} onSelect={setRow} limit={20} />
    </>
  );
}

const host = document.getElementById('host');
if (host !== null) createRoot(host).render(<Page />);
