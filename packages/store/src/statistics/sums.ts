import type { StatisticsDifference } from '../api.ts';
import type { Row } from '../row.ts';

/** The tables of the statistics, by the columns that are sums. */
export const SUM_COLUMNS = {
  workflow_statistics: ['completed', 'failed', 'cancelled', 'timed_out', 'skipped', 'timed', 'duration_us'],
  workflow_duration_histogram: ['executions'],
  workflow_usage_statistics: ['runs', 'errors', 'retries', 'duration_us'],
} as const;

export type StatisticsTable = keyof typeof SUM_COLUMNS;

/** The names of the tables. */
export const STATISTICS_TABLES = [
  'workflow_statistics',
  'workflow_duration_histogram',
  'workflow_usage_statistics',
] as const;

/** The statistics of one workflow: its sums by table, key within the table (a row of it) and column. */
export class WorkflowSums {
  readonly #rows: Readonly<Record<StatisticsTable, Map<string, readonly bigint[]>>> = {
    workflow_statistics: new Map(),
    workflow_duration_histogram: new Map(),
    workflow_usage_statistics: new Map(),
  };

  /** Adds a row that has the table's columns as text, and its key as `key`. */
  add(table: StatisticsTable, row: Row): void {
    const key = row.text('key');
    const before = this.#rows[table].get(key) ?? [];
    const values = SUM_COLUMNS[table].map((column, at) => BigInt(row.text(column)) + (before[at] ?? 0n));
    this.#rows[table].set(key, values);
  }

  /** The rows of a table, without those that hold nothing but zeros. */
  rows(table: StatisticsTable): readonly { readonly key: string; readonly values: readonly bigint[] }[] {
    return [...this.#rows[table]]
      .map(([key, values]) => ({ key, values }))
      .filter(({ values }) => values.some((value) => value !== 0n));
  }

  /** Where what is stored differs from this. */
  *differencesTo(stored: WorkflowSums, workflowId: string): Generator<StatisticsDifference> {
    for (const table of STATISTICS_TABLES) {
      const [here, there] = [this.#rows[table], stored.#rows[table]];
      for (const key of new Set([...here.keys(), ...there.keys()])) {
        for (const [at, column] of SUM_COLUMNS[table].entries()) {
          const [expected, found] = [here.get(key)?.[at] ?? 0n, there.get(key)?.[at] ?? 0n];
          if (expected !== found)
            yield { workflowId, table, key, column, stored: Number(found), expected: Number(expected) };
        }
      }
    }
  }
}
