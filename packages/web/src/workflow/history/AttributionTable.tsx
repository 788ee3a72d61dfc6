import { TableScroll } from '../../charts/TableScroll.tsx';
import { words } from '../../format/value.ts';
import type { Attribution } from './types.ts';
import { formatDifference } from './words.ts';

/** Nodes beyond these make little of a difference; they are summed up. */
const MOST_NODES = 6;

/** A bar to the left of the middle for what got faster, to the right for what got slower. */
function DifferenceBar({ share }: { readonly share: number }) {
  const width = Math.min(50, Math.abs(share) * 50);
  return (
    <svg className="difference-bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true" focusable="false">
      <rect className="difference-middle" x="49.75" y="0" width="0.5" height="8" />
      <rect
        className={share < 0 ? 'difference-faster' : 'difference-slower'}
        x={share < 0 ? 50 - width : 50}
        y="1"
        width={width}
        height="6"
      />
    </svg>
  );
}

/** Where a difference of makespans comes from, node by node; the parts add up to it. */
export function AttributionTable({ attribution }: { readonly attribution: Attribution }) {
  const shown = attribution.nodes.slice(0, MOST_NODES);
  const others = attribution.nodes
    .slice(MOST_NODES)
    .reduce((sum, { difference }) => sum + difference, attribution.rest);
  const most = [...shown.map(({ difference }) => difference), others].reduce((top, x) => Math.max(top, Math.abs(x)), 0);
  const share = (difference: number) => (most === 0 ? 0 : difference / most);
  return (
    <TableScroll label="What made the difference">
      <table className="fact-table attribution">
        <caption className="visually-hidden">What made the difference</caption>
        <thead>
          <tr>
            <th scope="col">What made the difference</th>
            <th scope="col" className="cell-number">
              Difference
            </th>
            <th scope="col">
              <span className="visually-hidden">As a bar</span>
            </th>
            <th scope="col">Of which</th>
          </tr>
        </thead>
        <tbody>
          {shown.map(({ id, name, difference, causes }) => (
            <tr key={id}>
              <th scope="row">
                <bdi>{name}</bdi>
              </th>
              <td className="cell-number">{formatDifference(difference)}</td>
              <td className="cell-bar">
                <DifferenceBar share={share(difference)} />
              </td>
              <td className="muted">
                {causes
                  .filter(({ cause }) => cause !== null)
                  .slice(0, 3)
                  .map(({ cause, difference: part }) => `${words(cause ?? '')} ${formatDifference(part)}`)
                  .join(', ')}
              </td>
            </tr>
          ))}
          {others !== 0 && (
            <tr>
              <th scope="row" className="muted">
                everything else
              </th>
              <td className="cell-number">{formatDifference(others)}</td>
              <td className="cell-bar">
                <DifferenceBar share={share(others)} />
              </td>
              <td>–</td>
            </tr>
          )}
          <tr className="row-sum">
            <th scope="row">Together</th>
            <td className="cell-number">{formatDifference(attribution.difference)}</td>
            <td colSpan={2} className="muted">
              the parts add up to it
            </td>
          </tr>
        </tbody>
      </table>
    </TableScroll>
  );
}
