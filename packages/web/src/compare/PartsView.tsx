import { words } from '../format/value.ts';
import { DifferenceCell, TwoBars } from './Bars.tsx';
import { largestOf, moveText, msText, partName, sumOf } from './parts.ts';
import type { Comparison, Part } from './types.ts';
import { ScrollBox } from './ScrollBox.tsx';

interface PartsViewProps {
  readonly comparison: Comparison;
  readonly node: string | null;
  readonly onNode: (node: string) => void;
}

function keyOf(part: Part, at: number): string {
  return `${part.kind} ${part.id ?? ''} ${part.cause ?? ''} ${at}`;
}

interface NameProps {
  readonly part: Part;
  readonly isSelected: boolean;
  readonly onNode: (node: string) => void;
}

/** The name of a part; of one that is of a node a button that selects it everywhere on the page. */
function Name({ part, isSelected, onNode }: NameProps) {
  const { id } = part;
  if (id === null) return <bdi>{partName(part)}</bdi>;
  return (
    <button
      type="button"
      className="cell-button"
      aria-pressed={isSelected}
      title={part.text}
      onClick={() => onNode(id)}
    >
      <bdi>{partName(part)}</bdi>
    </button>
  );
}

function Parts({ comparison, node, onNode }: PartsViewProps) {
  const { parts, otherParts } = comparison;
  const sum = sumOf(comparison);
  // one scale for all rows, so that the bars of the parts together are as long as that of their sum
  const largest = largestOf([...parts, otherParts, sum]);
  return (
    <ScrollBox label="Parts of the difference">
      <table className="compare-table">
        <caption>What the difference is made of, along the critical paths. The parts add up to it.</caption>
        <thead>
          <tr>
            <th scope="col">Part</th>
            <th scope="col" className="cell-number">
              Before
            </th>
            <th scope="col" className="cell-number">
              After
            </th>
            <th scope="col" className="cell-difference">
              Difference
            </th>
            <th scope="col">Critical path</th>
          </tr>
        </thead>
        <tbody>
          {parts.map((part, at) => (
            <tr key={keyOf(part, at)} data-selected={(node !== null && part.id === node) || undefined}>
              <th scope="row">
                <Name part={part} isSelected={part.id === node} onNode={onNode} />
              </th>
              <td className="cell-number">{msText(part.before)}</td>
              <td className="cell-number">{msText(part.after)}</td>
              <td className="cell-difference">
                <DifferenceCell difference={part.difference} largest={largest} />
              </td>
              <td className="muted">{moveText(part)}</td>
            </tr>
          ))}
          {otherParts.count > 0 && (
            <tr>
              <th scope="row" className="muted">
                everything else ({otherParts.count} {otherParts.count === 1 ? 'part' : 'parts'})
              </th>
              <td className="cell-number">{msText(otherParts.before)}</td>
              <td className="cell-number">{msText(otherParts.after)}</td>
              <td className="cell-difference">
                <DifferenceCell difference={otherParts.difference} largest={largest} />
              </td>
              <td className="muted">–</td>
            </tr>
          )}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">makespan</th>
            <td className="cell-number">{msText(sum.before)}</td>
            <td className="cell-number">{msText(sum.after)}</td>
            <td className="cell-difference">
              <DifferenceCell difference={sum.difference} largest={largest} />
            </td>
            <td className="muted">–</td>
          </tr>
        </tfoot>
      </table>
    </ScrollBox>
  );
}

function Causes({ comparison }: { readonly comparison: Comparison }) {
  const causes = comparison.causes.filter(({ before, after }) => before !== 0 || after !== 0);
  const largest = largestOf(causes);
  const longest = causes.reduce((most, { before, after }) => Math.max(most, before, after), 0);
  if (causes.length === 0) return null;
  return (
    <ScrollBox label="Causes of both">
      <table className="compare-table">
        <caption>What the time of both went to: the upper bar is before, the lower one after.</caption>
        <thead>
          <tr>
            <th scope="col">Cause</th>
            <th scope="col">
              <span className="visually-hidden">Both as bars</span>
            </th>
            <th scope="col" className="cell-number">
              Before
            </th>
            <th scope="col" className="cell-number">
              After
            </th>
            <th scope="col" className="cell-difference">
              Difference
            </th>
          </tr>
        </thead>
        <tbody>
          {causes.map(({ cause, before, after, difference }) => (
            <tr key={cause}>
              <th scope="row">{words(cause)}</th>
              <td className="cell-bars">
                <TwoBars before={before} after={after} largest={longest} className={`cause-${cause}`} />
              </td>
              <td className="cell-number">{msText(before)}</td>
              <td className="cell-number">{msText(after)}</td>
              <td className="cell-difference">
                <DifferenceCell difference={difference} largest={largest} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollBox>
  );
}

/** What the difference is made of, and what the time of both went to. */
export function PartsView(props: PartsViewProps) {
  return (
    <>
      <Parts {...props} />
      <Causes comparison={props.comparison} />
    </>
  );
}
