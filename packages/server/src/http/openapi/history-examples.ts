/** A run among others of its workflow, as a baseline has it. */
export const historyRun = {
  execution_id: 'exec-001',
  number: 1,
  version: 1,
  status: 'completed',
  started_at: '2024-01-15T10:00:00.000Z',
  makespan_ms: 150_000,
};

const run = {
  execution_id: 'exec-021',
  number: 21,
  version: 2,
  status: 'completed',
  started_at: '2024-01-15T10:00:00.000Z',
  makespan_ms: 912,
  work_ms: 1047,
  queue_wait_ms: 12,
  causes: { work: 900, queue: 12 },
  usual_ms: 683,
  percentile_percent: 94.7,
  is_anomaly: true,
};

export const bands = {
  runs: 39,
  min_ms: 660,
  p10_ms: 668,
  p25_ms: 683,
  p50_ms: 890,
  p75_ms: 905,
  p90_ms: 911,
  max_ms: 1647,
};

const shift = {
  before_ms: 683,
  after_ms: 902.5,
  shift_ms: 222,
  shift_low_ms: 212,
  shift_high_ms: 227,
  shift_percent: 32.5,
  p_value: 7.3e-8,
  cliffs_delta: 0.895,
  score: 10.9,
};

const part = { cause: 'work', group: 'work', difference_ms: 219 };

const attribution = {
  before_ms: 683.8,
  after_ms: 902.8,
  difference_ms: 219,
  nodes: [
    {
      id: 'charge',
      name: 'Charge the card',
      difference_ms: 219,
      causes: [part],
      before_ms: 430,
      after_ms: 651.5,
      p_value: 7.9e-8,
      attempts_before: 1,
      attempts_after: 1,
    },
  ],
  rest_ms: 0,
};

const changePoints = {
  runs: 39,
  changes: [
    {
      kind: 'step',
      direction: 'slower',
      first_run: 'exec-021',
      first_run_number: 21,
      last_good_run: 'exec-020',
      last_run: 'exec-021',
      confidence: 0.9999,
      ...shift,
      attribution,
    },
  ],
  levels: [
    { first_run: 'exec-001', last_run: 'exec-020', runs: 19, median_ms: 683, p10_ms: 666.8, p90_ms: 689 },
    { first_run: 'exec-021', last_run: 'exec-040', runs: 20, median_ms: 902.5, p10_ms: 890.9, p90_ms: 912.1 },
  ],
};

const workflow = { id: 'workflow-456', name: 'double', executions: 10, errors: 2, success_rate: 80 };

/** What a workspace has besides what every statistics have. */
export const workspaceTotals = {
  workspace_id: 'workspace-1',
  total_projects: 1,
  total_workflows: 1,
  total_executions: 10,
  total_errors: 2,
  most_used_workflow: { id: 'workflow-456', name: 'double', executions: 10 },
  busiest_workflows: [{ ...workflow, average_duration_seconds: 45.075 }],
  slowest_workflows: [{ ...workflow, average_duration_seconds: 45.075 }],
  failing_workflows: [{ ...workflow, average_duration_seconds: 45.075 }],
  activity: {
    from: '2024-01-09T00:00:00.000Z',
    to: '2024-01-16T00:00:00.000Z',
    step_seconds: 86_400,
    slots: [{ from: '2024-01-15T00:00:00.000Z', executions: { completed: 8, failed: 1, timeout: 1 } }],
    is_capped: false,
  },
};

const side = {
  id: 'exec-021',
  external_id: null,
  name: 'checkout',
  workflow: 'checkout',
  status: 'completed',
  source_format: 'conductor',
  started_at: '2024-01-15T10:00:00.000Z',
  ended_at: '2024-01-15T10:00:00.900Z',
  recorded_duration_ms: 900,
  makespan_ms: 900,
  node_count: 4,
  span_count: 12,
};

const same = { count: 0, before_ms: 0, after_ms: 0, difference_ms: 0 };
const longer = { before_ms: 420, after_ms: 640, difference_ms: 220 };
const counts = { instances: 1, failed: 0, attempts: 1 };

const comparison = {
  before: {
    ...side,
    id: 'exec-020',
    makespan_ms: 680,
    recorded_duration_ms: 680,
    ended_at: '2024-01-15T10:00:00.680Z',
  },
  after: side,
  makespan: { before_ms: 680, after_ms: 900, difference_ms: 220, difference_percent: 32.4 },
  verdict: 'slower',
  tolerance_ms: 7,
  summary: 'It took longer: 900 ms against 680 ms, because "Charge the card" worked longer (+220 ms).',
  findings: [
    {
      kind: 'node',
      id: 'charge',
      name: 'Charge the card',
      difference_ms: 220,
      text: '"Charge the card" worked longer',
    },
  ],
  attribution: {
    parts: [
      {
        kind: 'node',
        id: 'charge',
        name: 'Charge the card',
        cause: 'work',
        move: 'stayed',
        presence: 'both',
        ...longer,
        reason: null,
        left: [],
        came: [],
        text: '"Charge the card" worked longer',
      },
    ],
    other: same,
  },
  causes: [{ cause: 'work', before_ms: 680, after_ms: 900, difference_ms: 220 }],
  nodes: {
    items: [
      {
        id: 'charge',
        name: 'Charge the card',
        type: 'http',
        presence: 'both',
        matched_by: 'id',
        renamed_from: null,
        before: counts,
        after: counts,
        total: longer,
        on_path: longer,
        causes: [{ cause: 'work', ...longer }],
        phases: [],
        instances: [],
      },
    ],
    changed_count: 1,
    unchanged_count: 3,
    other: same,
  },
  retries: [],
  structure: { changes: [], change_count: 0, shape: [{ measure: 'work_ms', before: 800, after: 1020 }] },
  flame_graph: null,
};

/** Examples of what many executions tell together, and of two held against each other. */
export const HISTORY_EXAMPLES: Readonly<Record<string, { readonly response: unknown }>> = {
  getHistory: {
    response: {
      runs: [run],
      bands,
      change_points: changePoints,
      nodes: [{ id: 'charge', name: 'Charge the card', runs: 39, time_ms: 640, on_path_ms: 640, times_ms: [651.5] }],
      node: {
        id: 'charge',
        name: 'Charge the card',
        runs: [
          {
            execution_id: 'exec-021',
            time_ms: 651.5,
            on_path_ms: 651.5,
            count: 1,
            failed: 0,
            attempts: 1,
            causes: { work: 651.5 },
          },
        ],
        bands,
        change_points: { runs: 39, changes: [], levels: changePoints.levels.slice(0, 1) },
      },
      incomplete: 0,
    },
  },
  getRegressions: {
    response: {
      against: { kind: 'last', runs: 50, version: null, baseline_id: null, baseline_name: null },
      verdict: 'slower',
      scope: 'execution',
      rule: 'rank_test',
      severity: 'high',
      reference_runs: ['exec-001', 'exec-002'],
      candidate_runs: ['exec-021', 'exec-022'],
      makespan: shift,
      nodes: [{ id: 'charge', name: 'Charge the card', ...shift }],
      attribution,
      first_bad_run: { execution_id: 'exec-021', number: 21 },
      change_points: changePoints,
      incomplete: 0,
    },
  },
  getCohorts: {
    response: {
      split: { kind: 'quantile', share: 0.25 },
      worse: { runs: 9, median_ms: 911 },
      others: { runs: 9, median_ms: 669 },
      labels: [
        {
          label: 'input.mode',
          value: 'full',
          worse: 9,
          others: 0,
          worse_percent: 100,
          others_percent: 0,
          odds_ratio: 361,
          p_value: 0.00004,
          corrected_p_value: 0.00012,
        },
      ],
      correlations: [{ label: 'input.size', runs: 39, rho: 0.71, p_value: 0.00001, corrected_p_value: 0.00003 }],
      failing_nodes: [],
      attribution,
      left_out: 0,
      incomplete: 0,
    },
  },
  getPathFrequency: {
    response: {
      executions: 39,
      left_out: 0,
      min_share_percent: 1,
      nodes: [
        {
          id: 'charge',
          name: 'Charge the card',
          on_path_count: 39,
          on_path_percent: 100,
          mean_share_percent: 68.5,
          max_share_percent: 85,
          mean_on_path_ms: 568.9,
        },
      ],
      node_count: 3,
      paths: [
        { nodes: ['fetch', 'charge'], count: 39, percent: 100, mean_makespan_ms: 817.8, last_execution: 'exec-040' },
      ],
      path_count: 1,
      incomplete: 0,
    },
  },
  getWorkflowFlameGraph: {
    response: {
      runs: 39,
      blocks: [
        {
          parent: null,
          name: 'Charge the card',
          node_key: 'charge',
          total_ms: 22_186,
          self_ms: 1201,
          count: 39,
          runs: 39,
        },
        {
          parent: 0,
          name: 'http_request',
          node_key: 'charge',
          total_ms: 20_985,
          self_ms: 20_985,
          count: 41,
          runs: 39,
        },
      ],
      block_count: 2,
      other: { count: 0, self_ms: 0 },
      left_out: 0,
    },
  },
  getProjection: {
    response: {
      execution_id: 'exec-041',
      status: 'running',
      now_ms: 310,
      reason: null,
      runs: 20,
      p10_ms: 880,
      p50_ms: 905,
      p90_ms: 940,
      remaining_ms: 595,
      projected_end: '2024-01-15T10:00:00.905Z',
      percentile_so_far: 0,
      percentile_projected: 55,
      blocker: {
        id: 'charge',
        name: 'Charge the card',
        state: 'running',
        cause: 'work',
        reason: null,
        reason_name: null,
        limit: null,
        elapsed_ms: 120,
        usual_ms: 651.5,
        share_percent: 100,
      },
      remaining_path: ['charge', 'close'],
      unknown_nodes: 0,
      standing: null,
      incomplete: 0,
    },
  },
  compareExecutions: { response: comparison },
};
