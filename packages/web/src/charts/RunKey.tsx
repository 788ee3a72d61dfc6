import type { Status } from '@flowprof/model';
import { statusWord } from '../components/StatusBadge.tsx';
import { shapeOf, type RunPicture } from './runPicture.ts';

/** A point of the chart, as a picture in the text. */
function Shape({ status }: { readonly status: Status }) {
  const shape = shapeOf(status);
  return (
    <svg className={`run-shape run-shape-${shape}`} viewBox="0 0 12 12" aria-hidden="true" focusable="false">
      {(shape === 'disc' || shape === 'ring') && <circle cx="6" cy="6" r="3.5" />}
      {shape === 'cross' && <path d="M2.5 2.5l7 7M9.5 2.5l-7 7" />}
      {shape === 'square' && <rect x="2.5" y="2.5" width="7" height="7" />}
      {shape === 'diamond' && <path d="M6 1.5L10.5 6 6 10.5 1.5 6z" />}
    </svg>
  );
}

/** What the shapes and lines of a chart of runs mean; only those that are in it. */
export function RunKey({ picture: { points, levels, lines } }: { readonly picture: RunPicture }) {
  const statuses = [...new Set(points.map(({ status }) => status))];
  return (
    <ul className="chart-key" aria-label="What the chart shows">
      {statuses.map((status) => (
        <li key={status}>
          <Shape status={status} />
          {statusWord(status).toLowerCase()}
        </li>
      ))}
      {points.some(({ isUnusual }) => isUnusual) && (
        <li>
          <svg className="run-shape run-shape-unusual" viewBox="0 0 12 12" aria-hidden="true" focusable="false">
            <circle cx="6" cy="6" r="5" />
          </svg>
          out of the usual
        </li>
      )}
      {levels.length > 0 && (
        <li>
          <span className="key-level" aria-hidden="true" />
          median, and where 8 of 10 runs lie
        </li>
      )}
      {lines.length > 0 && (
        <li>
          <span className="key-line" aria-hidden="true" />
          baseline
        </li>
      )}
    </ul>
  );
}
