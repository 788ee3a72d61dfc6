import { DifferenceCell } from './Bars.tsx';
import { largestOf, shapeName, shapeValue, structureText } from './parts.ts';
import type { Comparison } from './types.ts';

function Retries({ comparison }: { readonly comparison: Comparison }) {
  const { retries } = comparison;
  const largest = largestOf(retries.map(({ cost }) => cost));
  return (
    <section className="compare-section">
      <h2>Retries</h2>
      {retries.length === 0 ? (
        <p className="muted">No node was tried more or less often.</p>
      ) : (
        <table className="compare-table">
          <caption>Over all instances, on the critical path or not</caption>
          <thead>
            <tr>
              <th scope="col">Node</th>
              <th scope="col" className="cell-number">
                Attempts
              </th>
              <th scope="col" className="cell-number">
                Failed in the end
              </th>
              <th scope="col" className="cell-difference">
                Failed attempts and waits
              </th>
            </tr>
          </thead>
          <tbody>
            {retries.map(({ id, name, attemptsBefore, attemptsAfter, failedBefore, failedAfter, cost }) => (
              <tr key={id}>
                <th scope="row">
                  <bdi>{name}</bdi>
                </th>
                <td className="cell-number">
                  {attemptsBefore} → {attemptsAfter}
                </td>
                <td className="cell-number">
                  {failedBefore} → {failedAfter}
                </td>
                <td className="cell-difference">
                  <DifferenceCell difference={cost.difference} largest={largest} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

function Shape({ comparison }: { readonly comparison: Comparison }) {
  if (comparison.shape.length === 0) return null;
  return (
    <section className="compare-section">
      <h2>Shape</h2>
      <table className="compare-table">
        <caption>How much there was to do, and how much of it ran at once</caption>
        <thead>
          <tr>
            <th scope="col">Measure</th>
            <th scope="col" className="cell-number">
              Before
            </th>
            <th scope="col" className="cell-number">
              After
            </th>
          </tr>
        </thead>
        <tbody>
          {comparison.shape.map(({ measure, before, after }) => (
            <tr key={measure}>
              <th scope="row">{shapeName(measure)}</th>
              <td className="cell-number">{shapeValue(measure, before)}</td>
              <td className="cell-number">{shapeValue(measure, after)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** What changed of the workflow itself, of its retries and of its shape. */
export function StructureView({ comparison }: { readonly comparison: Comparison }) {
  const { structure, structureCount } = comparison;
  return (
    <>
      <section className="compare-section">
        <h2>Structure</h2>
        {structure.length === 0 ? (
          <p className="muted">Nodes, dependencies and limits are the same.</p>
        ) : (
          <ul className="structure-changes">
            {structure.map((change) => (
              <li key={`${change.kind} ${change.id} ${change.other ?? ''}`}>
                <bdi>{structureText(change)}</bdi>
              </li>
            ))}
          </ul>
        )}
        {structureCount > structure.length && (
          <p className="muted">
            These are the first {structure.length} of {structureCount} changes.
          </p>
        )}
      </section>
      <Retries comparison={comparison} />
      <Shape comparison={comparison} />
    </>
  );
}
