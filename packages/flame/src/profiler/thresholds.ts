import type { PriceTable } from '@flowprof/model';
import { formatDuration } from '../time.ts';
import { costOfProfile } from './analyses.ts';
import type { ProfilerAlert, ProfilerThresholds, WorkflowRunProfile } from './types.ts';

/** What a run is judged by. */
interface Judgement {
  readonly profile: WorkflowRunProfile;
  readonly previous: WorkflowRunProfile | null;
  readonly baseline: WorkflowRunProfile | null;
  readonly thresholds: ProfilerThresholds;
  readonly prices: PriceTable | null;
}

function slowerBy(profile: WorkflowRunProfile, than: WorkflowRunProfile | null): number | null {
  if (than === null || than.runId === profile.runId || than.totalDuration <= 0 || profile.status !== 'completed') {
    return null;
  }
  return ((profile.totalDuration - than.totalDuration) / than.totalDuration) * 100;
}

function percent(value: number): string {
  return `${Math.round(value * 10) / 10}%`;
}

function slower(than: string): (value: number, limit: number) => string {
  return (value, limit) => `The run was ${percent(value)} slower than ${than}, where ${percent(limit)} is allowed.`;
}

/** The thresholds that a run exceeds. */
export function alertsOf({ profile, previous, baseline, thresholds, prices }: Judgement): ProfilerAlert[] {
  const alerts: ProfilerAlert[] = [];
  const { workflowId, runId, totalDuration } = profile;
  const check = (
    kind: keyof ProfilerThresholds,
    value: number | null,
    say: (value: number, limit: number) => string,
  ): void => {
    const limit = thresholds[kind];
    if (limit === undefined || value === null || value <= limit) return;
    const severity = value > 2 * limit ? 'high' : 'medium';
    alerts.push({ workflowId, runId, kind, limit, value, severity, message: say(value, limit) });
  };
  check('baselinePercent', slowerBy(profile, baseline), slower('the baseline'));
  check('previousPercent', slowerBy(profile, previous), slower('the run before'));
  check('duration', totalDuration, (value, limit) => {
    return `The run took ${formatDuration(value * 1000)}, where ${formatDuration(limit * 1000)} is allowed.`;
  });
  const cost = prices === null || thresholds.cost === undefined ? null : costOfProfile(profile, prices);
  check('cost', cost?.total ?? null, (value, limit) => {
    return `The run cost ${value.toPrecision(3)} ${prices?.currency ?? ''}, where ${limit} is allowed.`;
  });
  return alerts;
}
