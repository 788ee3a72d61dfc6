import { formatDuration } from '@flowprof/flame';
import type { Insight } from '@flowprof/model';
import { formatBytes, words } from '../format/value.ts';

/** Insights that matter alike. */
export interface InsightGroup {
  readonly title: string;
  /** What of the makespan one of them saves. */
  readonly says: string;
  readonly insights: readonly Insight[];
}

const GROUPS = [
  { severity: 'high', title: 'Changes most', says: 'each may save 30 % of the makespan or more' },
  { severity: 'medium', title: 'Worth a look', says: 'each may save 15 % of the makespan or more' },
  { severity: 'low', title: 'Smaller things', says: 'each may save less, or nobody can tell how much' },
] as const;

/** Insights by how much they matter, within that in their own order; groups without any are left out. */
export function groupInsights(insights: readonly Insight[]): InsightGroup[] {
  return GROUPS.map(({ severity, title, says }) => ({
    title,
    says,
    insights: insights.filter((insight) => insight.severity === severity),
  })).filter((group) => group.insights.length > 0);
}

/** What the page shows by buttons and not by numbers. */
const SHOWN_OTHERWISE: ReadonlySet<string> = new Set(['span_id', 'node_key', 'from_ms', 'to_ms', 'iteration']);
const MOST_FACTS = 8;

/** The numbers behind an insight, for people. */
export function factsOf({ evidence }: Pick<Insight, 'evidence'>): (readonly [name: string, value: string])[] {
  const facts: (readonly [string, string])[] = [];
  for (const [key, value] of Object.entries(evidence)) {
    if (SHOWN_OTHERWISE.has(key) || value === null || facts.length >= MOST_FACTS) continue;
    if (typeof value === 'string') facts.push([words(key), words(value)]);
    if (typeof value !== 'number') continue;
    if (key.endsWith('_ms')) facts.push([words(key.slice(0, -3)), formatDuration(value * 1000)]);
    else if (key.endsWith('_percent')) facts.push([words(key.slice(0, -8)), `${value}%`]);
    else if (key.startsWith('percent_')) facts.push([`part ${words(key.slice(8))}`, `${value}%`]);
    else if (/(^|_)bytes$/.test(key)) facts.push([words(key), formatBytes(value)]);
    else facts.push([words(key), value.toLocaleString('en')]);
  }
  return facts;
}

/** The stretch of time that an insight speaks of, in microseconds from the execution's start; null where there is none. */
export function stretchOf({
  evidence,
}: Pick<Insight, 'evidence'>): { readonly start: number; readonly end: number } | null {
  const { from_ms: from, to_ms: to } = evidence;
  if (typeof from !== 'number' || typeof to !== 'number' || to <= from) return null;
  return { start: from * 1000, end: to * 1000 };
}
