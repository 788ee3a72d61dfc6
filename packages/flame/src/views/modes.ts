import {
  mergedNames,
  mergedSandwich,
  mergeSpans,
  spanNameAt,
  type MergedGraph,
  type MergedSpans,
  type Micros,
  type Trace,
} from '@flowprof/model';
import type { ChartMode, IdleRules, NodeDifference } from '../api.ts';
import { sceneOf, type Scene } from '../scene/scene.ts';
import { spanDifference } from './difference.ts';
import { graphMode, leftHeavyMode } from './left-heavy.ts';
import type { ModeScene } from './mode-scene.ts';
import { sandwichMode } from './sandwich.ts';
import { timeMode } from './time-mode.ts';

/** What a chart shows, and in which way; each way is made ready when it is first asked for. */
export class ChartModes {
  mode: ChartMode = 'time';
  /** The name in the middle of the sandwich; null until there is one. */
  focus: string | null = null;
  readonly #notStarted: boolean;
  #trace: Trace | null = null;
  #now: Micros | null = null;
  #graph: ModeScene | null = null;
  #merged: MergedSpans | null = null;
  #inTime: Scene | null = null;
  #difference: NodeDifference | null = null;
  #cutIdle: IdleRules | null = null;
  readonly #made = new Map<ChartMode, ModeScene>();

  constructor(notStarted: boolean) {
    this.#notStarted = notStarted;
  }

  /** Whether there is a run that can be shown in several ways. */
  get hasTrace(): boolean {
    return this.#trace !== null;
  }

  setTrace(trace: Trace, now: Micros | null): void {
    this.#trace = trace;
    this.#now = now;
    this.#inTime = null;
    this.#graph = null;
    this.#merged = null;
    this.#made.clear();
  }

  setGraph(graph: MergedGraph, colour: 'node' | 'difference'): void {
    this.#trace = null;
    this.#merged = null;
    this.#made.clear();
    this.#graph = graphMode(graph, null, colour);
    this.mode = 'left-heavy';
  }

  /** The name that a sandwich is about which nobody has asked for: that of a span, or else what took most itself. */
  focusFor(span: number | null): string | null {
    if (this.#trace === null) return null;
    if (span !== null && span >= 0 && span < this.#trace.spans.length) return spanNameAt(this.#trace.spans, span);
    return mergedNames(this.merged(this.#trace))[0]?.name ?? null;
  }

  setFocus(focus: string | null): void {
    if (focus === this.focus) return;
    this.focus = focus;
    this.#made.delete('sandwich');
  }

  /** Returns whether it is another than before. */
  setDifference(difference: NodeDifference | null): boolean {
    if (difference === this.#difference) return false;
    this.#difference = difference;
    this.#made.delete('time');
    this.#made.delete('gantt');
    return true;
  }

  /** Cuts idle stretches by these rules, or none. */
  setCut(rules: IdleRules | null): void {
    this.#cutIdle = rules;
    this.#inTime = null;
    this.#made.delete('time');
    this.#made.delete('gantt');
  }

  /** What is to be drawn; null while there is nothing. */
  current(): ModeScene | null {
    if (this.#graph !== null) return this.#graph;
    if (this.#trace === null) return null;
    const known = this.#made.get(this.mode);
    if (known !== undefined) return known;
    const made = this.#make(this.#trace, this.mode);
    this.#made.set(this.mode, made);
    return made;
  }

  merged(trace: Trace): MergedSpans {
    this.#merged ??= mergeSpans(trace, this.#now);
    return this.#merged;
  }

  #compared(scene: Scene): Scene {
    const { spans, nodes } = scene.trace;
    return this.#difference === null ? scene : { ...scene, difference: spanDifference(spans, nodes, this.#difference) };
  }

  #make(trace: Trace, mode: ChartMode): ModeScene {
    switch (mode) {
      case 'time':
      case 'gantt':
        this.#inTime ??= sceneOf(trace, { now: this.#now, notStarted: this.#notStarted, cutIdle: this.#cutIdle });
        return timeMode(this.#compared(this.#inTime));
      case 'left-heavy':
        return leftHeavyMode(this.merged(trace));
      case 'sandwich': {
        const merged = this.merged(trace);
        const asked = this.focus === null ? null : mergedSandwich(merged, this.focus);
        const first = asked === null ? this.focusFor(null) : null;
        const sandwich = asked ?? (first === null ? null : mergedSandwich(merged, first));
        return sandwich === null ? leftHeavyMode(merged) : sandwichMode(merged, sandwich);
      }
      default:
        return mode satisfies never;
    }
  }
}
