import { asMicros, msFromMicros } from '../../units.ts';
import { durationText, isWorthSaying, percentOf, severityOf, type InsightRule } from './insight.ts';

const LOW_UTILISATION = 0.5;
const LOW_EFFICIENCY = 0.5;

/** The workers are idle most of the time, although the work would fit into less than half of it. */
export const lowUtilisation: InsightRule = ({ measures, path }) => {
  const { utilisation, efficiency, makespan, lowerBound, workers } = measures;
  if (path.kind !== 'dependencies' || workers < 2 || utilisation === null || efficiency === null) return null;
  const gain = asMicros(makespan - lowerBound);
  if (utilisation >= LOW_UTILISATION || efficiency >= LOW_EFFICIENCY || !isWorthSaying(gain, makespan)) return null;
  const percent = percentOf(utilisation, 1);
  return {
    rule: 'low_utilisation',
    severity: severityOf(gain, makespan),
    title: `${workers} workers are busy ${percent}% of the time`,
    advice: `Shorten the waits on the critical path, for the work and its dependencies alone need ${durationText(lowerBound)}.`,
    gain,
    evidence: {
      utilisation_percent: percent,
      efficiency_percent: percentOf(efficiency, 1),
      workers,
      work_ms: msFromMicros(measures.work),
      lower_bound_ms: msFromMicros(lowerBound),
      makespan_ms: msFromMicros(makespan),
    },
  };
};
