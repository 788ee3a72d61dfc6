import {
  mergedNames,
  mergedSandwich,
  spanNameAt,
  type MergedGraph,
  type MergedSpans,
  type Micros,
  type Trace,
} from '@flowprof/model';
import type { ChartMode, IdleRules, NodeDifference, TimeRange, Viewport } from '../api.ts';
import { sceneOf, type Scene } from '../scene/scene.ts';
import { REAL_TIME } from '../time-map.ts';
import { spanDifference } from './difference.ts';
import { ganttMode, ganttSource, type GanttSource } from './gantt.ts';
import { mergedOf } from './merged-of.ts';
import { graphMode, leftHeavyMode } from './left-heavy.ts';
import type { ModeScene } from './mode-scene.ts';
import { sandwichMode } from './sandwich.ts';
import { timeMode } from './time-mode.ts';

/** What a chart shows, and in which way; each way is made ready when it is first asked for. */
export class ChartModes {
  mode: ChartMode = 'time';
  /** What can be reached beside the run, on its clock; null for nothing. */
  beyond: TimeRange | null = null;
  /** The name in the middle of the sandwich; null until there is one. Where nobody has asked for one, it is found when the sandwich is made. */
  focus: string | null = null;
  readonly #notStarted: boolean;
  #trace: Trace | null = null;
  #now: Micros | null = null;
  #graph: ModeScene | null = null;
  #inTime: Scene | null = null;
  #rows: GanttSource | null = null;
  readonly #places = new Map<ChartMode, Viewport>();
  readonly #folds = new Map<string, boolean>();
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
    this.#rows = null;
    this.#graph = null;
    this.#made.clear();
  }

  setGraph(graph: MergedGraph, colour: 'node' | 'difference'): void {
    this.#trace = null;
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

  /**
   * Chooses a mode and, for a sandwich, its name: the given one, else that of the selected span, else the last one.
   * @returns whether anything else is shown than before
   */
  choose(mode: ChartMode, focus: string | null, selected: number | null): boolean {
    const before = { mode: this.mode, focus: this.focus };
    if (mode === 'sandwich') this.setFocus(focus ?? this.focusFor(selected) ?? this.focus);
    this.mode = mode;
    return before.mode !== mode || before.focus !== this.focus;
  }

  /** Keeps where one looked in the mode that is left; returns where one looked last in the one that is shown. */
  placeIn(left: ChartMode, at: Viewport): Viewport | null {
    this.#places.set(left, at);
    // Another name is another picture.
    return this.mode === 'sandwich' ? null : (this.#places.get(this.mode) ?? null);
  }

  setFocus(focus: string | null): void {
    if (focus === this.focus) return;
    this.focus = focus;
    this.#made.delete('sandwich');
  }

  /** Folds or opens a row of the Gantt view. */
  fold(id: string, folded: boolean): void {
    this.#folds.set(id, folded);
    this.#made.delete('gantt');
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
    return mergedOf(trace, this.#now);
  }

  #timeScene(trace: Trace): Scene {
    this.#inTime ??= sceneOf(trace, { now: this.#now, notStarted: this.#notStarted, cutIdle: this.#cutIdle });
    return this.#inTime;
  }

  #compared(scene: Scene): Scene {
    const { spans, nodes } = scene.trace;
    return this.#difference === null ? scene : { ...scene, difference: spanDifference(spans, nodes, this.#difference) };
  }

  #make(trace: Trace, mode: ChartMode): ModeScene {
    switch (mode) {
      case 'time':
        return timeMode(this.#compared(this.#timeScene(trace)));
      case 'gantt': {
        this.#rows ??= ganttSource(trace, this.#now);
        // Which stretches are idle is known by the spans.
        const time = this.#cutIdle === null ? REAL_TIME : this.#timeScene(trace).time;
        const view = ganttMode(this.#rows, this.#folds, time);
        return { ...view, scene: this.#compared(view.scene) };
      }
      case 'left-heavy':
        return leftHeavyMode(this.merged(trace));
      case 'sandwich': {
        const merged = this.merged(trace);
        const asked = this.focus === null ? null : mergedSandwich(merged, this.focus);
        if (asked === null) this.focus = this.focusFor(null);
        const sandwich = asked ?? (this.focus === null ? null : mergedSandwich(merged, this.focus));
        return sandwich === null ? leftHeavyMode(merged) : sandwichMode(merged, sandwich);
      }
      default:
        return mode satisfies never;
    }
  }
}
