import { isTerminal } from '@flowprof/model';
import type { Execution } from '../api/types.ts';
import { forecastOf } from './forecast.ts';
import { useProjection } from './queries.ts';

interface ForecastLineProps {
  readonly workspace: string | undefined;
  readonly execution: Execution;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** When a running execution will probably end, and what holds it now. */
export function ForecastLine({ workspace, execution, now }: ForecastLineProps) {
  const { startedAt, status } = execution;
  const runs = !isTerminal(status) && startedAt !== null;
  const { data } = useProjection(workspace, execution.id, runs);
  const forecast = data && startedAt !== null ? forecastOf(data, now - startedAt) : null;
  if (!runs || !forecast) return null;
  return (
    <p className="forecast" title={forecast.detail}>
      <span>
        Projected end: <strong>{forecast.end}</strong>
      </span>
      {forecast.held && (
        <span>
          Held by{' '}
          <strong>
            <bdi>{forecast.held.name}</bdi>
          </strong>
          : {forecast.held.how}
        </span>
      )}
    </p>
  );
}
