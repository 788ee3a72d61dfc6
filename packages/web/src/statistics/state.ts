/** How many days can be looked at. */
export const PERIODS = [1, 7, 30, 90, 365] as const;
const USUAL_DAYS = 30;

/** What of the statistics is in the address. */
export interface StatisticsState {
  readonly days: number;
  /** A moment in the last of the days, in ISO 8601; null for now. */
  readonly until: string | null;
  readonly isTable: boolean;
}

/** Reads the address; what it does not say, or says wrongly, is as in a fresh page. */
export function readStatisticsState(params: URLSearchParams): StatisticsState {
  const days = Number(params.get('days'));
  const until = Date.parse(params.get('until') ?? '');
  return {
    days: PERIODS.find((period) => period === days) ?? USUAL_DAYS,
    until: Number.isNaN(until) ? null : new Date(until).toISOString(),
    isTable: params.get('view') === 'table',
  };
}

/** The address of a state. */
export function statisticsParams({ days, until, isTable }: StatisticsState): Record<string, string> {
  return {
    ...(days !== USUAL_DAYS && { days: String(days) }),
    ...(until !== null && { until }),
    ...(isTable && { view: 'table' }),
  };
}
