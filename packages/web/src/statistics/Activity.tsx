import { useMemo } from 'react';
import { Button } from 'react-aria-components';
import { everySlot, sumOf } from '../charts/barPicture.ts';
import { BarChart } from '../charts/BarChart.tsx';
import { ChartOrTable } from '../charts/ChartOrTable.tsx';
import { TableScroll } from '../charts/TableScroll.tsx';
import { Icon } from '../components/Icon.tsx';
import { KINDS, slotName } from './activity.ts';
import { PERIODS, type StatisticsState } from './state.ts';
import type { WorkspaceStatistics } from './queries.ts';

interface ActivityProps {
  readonly activity: WorkspaceStatistics['activity'];
  readonly state: StatisticsState;
  readonly onChange: (change: Partial<StatisticsState>) => void;
}

const DAY_MS = 86_400_000;

/** Which days are shown: how many, and the ones before or after. */
function PeriodChoices({ activity, state, onChange }: ActivityProps) {
  const move = (by: number) => {
    const end = activity.to - 1 + by * state.days * DAY_MS;
    onChange({ until: end >= Date.now() ? null : new Date(end).toISOString() });
  };
  return (
    <>
      <select
        className="select"
        aria-label="Days"
        value={state.days}
        onChange={(event) => onChange({ days: Number(event.target.value) })}
      >
        {PERIODS.map((days) => (
          <option key={days} value={days}>
            {days === 1 ? '1 day' : `${days} days`}
          </option>
        ))}
      </select>
      <Button className="icon-button" aria-label="Earlier" onPress={() => move(-1)}>
        <Icon name="back" />
      </Button>
      {state.until !== null && (
        <Button className="button button-small" onPress={() => onChange({ until: null })}>
          Up to now
        </Button>
      )}
    </>
  );
}

/** How many executions started when, by how they ended. */
export function Activity({ activity, state, onChange }: ActivityProps) {
  const { from, to, step, slots, isCapped } = activity;
  const all = useMemo(() => everySlot(slots, from, to, step), [slots, from, to, step]);
  const total = slots.reduce((sum, slot) => sum + sumOf(slot), 0);
  const started = `${total.toLocaleString('en')} ${total === 1 ? 'execution' : 'executions'}`;
  return (
    <ChartOrTable
      title="Executions over time"
      says={
        <p>
          {started} started between {slotName(from, DAY_MS)} and {slotName(to - 1, DAY_MS)}
          {isCapped ? '; only the newest 200,000 are counted' : ''}.
        </p>
      }
      isTable={state.isTable}
      onTable={(isTable) => onChange({ isTable })}
      choices={<PeriodChoices activity={activity} state={state} onChange={onChange} />}
      chart={
        <BarChart
          kinds={KINDS}
          slots={all}
          step={step}
          label="Executions over time"
          nameOf={(slot) => slotName(slot.from, step)}
        />
      }
      table={
        <TableScroll label="Executions over time, as a table">
          <table className="fact-table">
            <thead>
              <tr>
                <th scope="col">When</th>
                {KINDS.map(({ key, label }) => (
                  <th key={key} scope="col" className="cell-number">
                    {label}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {all
                .filter((slot) => sumOf(slot) > 0)
                .toReversed()
                .map(({ from: start, counts }) => (
                  <tr key={start}>
                    <th scope="row">{slotName(start, step)}</th>
                    {KINDS.map(({ key }) => (
                      <td key={key} className="cell-number">
                        {(counts.get(key) ?? 0).toLocaleString('en')}
                      </td>
                    ))}
                  </tr>
                ))}
            </tbody>
          </table>
        </TableScroll>
      }
    />
  );
}
