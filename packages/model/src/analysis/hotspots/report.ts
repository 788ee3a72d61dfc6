import type { Trace } from '../../trace/trace.ts';
import { analyseTrace, type AnalysisOptions } from '../analyse.ts';
import { hotspotsOf, type Hotspots } from './hotspots.ts';
import { sandwichOf, type Sandwich } from './sandwich.ts';

/** What `flowprof profile --hotspots --json` and the hotspots endpoint answer. */
export interface HotspotReport extends Hotspots {
  /** Null where no name was asked for, and where there is no such span. */
  readonly sandwich: Sandwich | null;
}

export interface HotspotOptions extends AnalysisOptions {
  /** How many nodes, types and names of spans are listed; 50 when absent. */
  readonly limit?: number;
  /** A name of spans, or the key of a node, whose callers and callees are asked for. */
  readonly name?: string | undefined;
  /** How many places the trees of callers and callees have at most; 200 when absent. */
  readonly maxNodes?: number;
}

const DEFAULT_LIMIT = 50;
const DEFAULT_NODES = 200;

/** What an execution spends its time in over all instances; see `hotspotsOf` and `sandwichOf`. */
export function buildHotspots(trace: Trace, options: HotspotOptions = {}): HotspotReport {
  const { limit = DEFAULT_LIMIT, name, maxNodes = DEFAULT_NODES, ...rest } = options;
  const analysis = analyseTrace(trace, rest);
  const sandwich = name === undefined ? null : sandwichOf(analysis, name, maxNodes);
  return { ...hotspotsOf(analysis, limit), sandwich };
}
