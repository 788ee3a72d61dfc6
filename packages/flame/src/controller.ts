import { NONE, type Trace } from '@flowprof/model';
import type { CriticalPath, FlameChartOptions, Highlight, IdleRules, Layers, TimeRange, Viewport } from './api.ts';
import {
  centreRange,
  clampViewport,
  fitRange,
  panBy,
  reachOf,
  reveal,
  sameViewport,
  scrollBy,
  withEdgeMoved,
  zoomAt,
  type CameraBounds,
} from './camera.ts';
import { spanSentence } from './describe.ts';
import { buildElements, type ChartElements } from './elements.ts';
import { ChartEvents } from './events.ts';
import type { Command } from './interaction/bindings.ts';
import type { BrushTarget } from './interaction/brush.ts';
import { Glide, SCREEN } from './interaction/glide.ts';
import type { PointerTarget } from './interaction/pointer.ts';
import type { WheelMove } from './interaction/wheel.ts';
import { shownRow } from './layout/layout.ts';
import { criticalLanesOf, type CriticalLanes } from './scene/critical.ts';
import { highlightMarksOf, type HighlightMarks } from './scene/highlight.ts';
import { IDLE_RULES } from './scene/idle.ts';
import { METRICS } from './scene/metrics.ts';
import { spanFrom, type Direction } from './scene/navigate.ts';
import { pick } from './scene/pick.ts';
import { sceneOf, type Scene } from './scene/scene.ts';
import { nextMatch, searchSpans, type Matches } from './scene/search.ts';
import { Stage } from './stage.ts';
import { LIGHT, type Theme } from './theme.ts';
import { REAL_TIME, type TimeMap } from './time-map.ts';

const NOWHERE: Viewport = { start: 0, end: 1, scrollTop: 0 };

/** The state of one chart and all that can be done to it, apart from which event does it. */
export class ChartController implements PointerTarget {
  readonly elements: ChartElements;
  readonly events = new ChartEvents();
  readonly #options: FlameChartOptions;
  readonly #stage: Stage;
  readonly #glide: Glide;
  #theme: Theme;
  #scene: Scene | null = null;
  #reach: TimeRange = { start: 0, end: 1 };
  #path: CriticalPath | null = null;
  #critical: CriticalLanes | null = null;
  #highlight: Highlight | null = null;
  #lit: HighlightMarks | null = null;
  #height = 0;
  #layers: Layers = { criticalPath: true, queue: true, cutIdle: false };
  #idleRules: IdleRules = IDLE_RULES;
  #now: number | null = null;
  #searched = '';
  #matches: Matches | null = null;
  #selected = NONE;
  #hovered = NONE;
  #range: TimeRange | null = null;
  #centred = NONE;

  constructor(host: HTMLElement, options: FlameChartOptions) {
    this.#options = options;
    this.#theme = options.theme ?? LIGHT;
    this.elements = buildElements(host, options.label ?? 'Flame chart', options.minimap !== false);
    this.#stage = new Stage(this.elements, this.#theme);
    this.elements.root.style.setProperty('--flowprof-focus', this.#theme.selection);
    this.#glide = new Glide(
      NOWHERE,
      options.scheduler ?? SCREEN,
      () => this.#draw(),
      () => this.events.emit('viewport', this.viewport()),
    );
    this.resize();
  }

  // --- what is shown

  setTrace(trace: Trace, now: number | null, keepViewport: boolean): void {
    const showedAll = this.#scene === null || this.#showsWholeRun();
    const before = this.#scene?.time ?? REAL_TIME;
    const { notStarted = true } = this.#options;
    const scene = sceneOf(trace, { now, notStarted, cutIdle: this.#layers.cutIdle ? this.#idleRules : null });
    const target = scene.time.rangeToChart(before.rangeToReal(this.#glide.target));
    this.#scene = scene;
    this.#now = now;
    this.#reach = reachOf(scene.layout.minTime, scene.layout.maxTime);
    this.#critical = this.#path && criticalLanesOf(this.#path, scene);
    this.#lit = this.#highlight && highlightMarksOf(this.#highlight, scene);
    if (before.breaks.length + scene.time.breaks.length > 0) this.events.emit('breaks', scene.time.breaks);
    this.#search();
    this.#stage.forgetOverview();
    this.#tellHeight(scene);
    if (shownRow(scene.layout, this.#selected) !== this.#selected) this.choose(NONE, false);
    this.hover(NONE, 0, 0);
    if (keepViewport && !showedAll) this.#go(target, false);
    else this.#go({ ...this.#reach, scrollTop: keepViewport ? target.scrollTop : 0 }, false);
    this.#glide.invalidate();
  }

  setTheme(theme: Theme): void {
    this.#theme = theme;
    this.elements.root.style.setProperty('--flowprof-focus', theme.selection);
    this.#stage.setTheme(theme);
    this.#glide.invalidate();
  }

  setCriticalPath(path: CriticalPath | null): void {
    this.#path = path;
    this.#critical = path === null || this.#scene === null ? null : criticalLanesOf(path, this.#scene);
    this.#glide.invalidate();
  }

  setLayers(layers: Partial<Layers>): void {
    const next = { ...this.#layers, ...layers };
    const before = this.#layers;
    const cuts = next.cutIdle !== before.cutIdle;
    if (next.criticalPath === before.criticalPath && next.queue === before.queue && !cuts) return;
    this.#layers = next;
    this.events.emit('layers', next);
    if (cuts) this.#cutAgain();
    this.#glide.invalidate();
  }

  setIdleRules(rules: IdleRules): void {
    const { queue, sleep, longerThan } = this.#idleRules;
    if (rules.queue === queue && rules.sleep === sleep && rules.longerThan === longerThan) return;
    this.#idleRules = rules;
    if (this.#layers.cutIdle) this.#cutAgain();
  }

  setHighlight(highlight: Highlight | null): void {
    if (highlight === this.#highlight) return;
    this.#highlight = highlight;
    this.#lit = highlight && this.#scene && highlightMarksOf(highlight, this.#scene);
    this.#glide.invalidate();
  }

  setSearch(text: string): number {
    if (text === this.#searched) return this.#matches?.count ?? 0;
    this.#searched = text;
    this.#glide.invalidate();
    return this.#search();
  }

  selectMatch(direction: 1 | -1): number | null {
    if (this.#scene === null || this.#matches === null) return null;
    const row = nextMatch(this.#scene.layout, this.#matches, this.#selected, direction);
    if (row === NONE) return null;
    this.choose(row, true);
    return row;
  }

  selection(): number | null {
    return this.#selected === NONE ? null : this.#selected;
  }

  /** Selects a row, or with `NONE` nothing. */
  choose(wanted: number, andReveal: boolean): void {
    const row = this.#scene === null ? wanted : shownRow(this.#scene.layout, wanted);
    if (row !== this.#selected) {
      this.#selected = row;
      this.events.emit('select', row === NONE ? null : row);
      this.elements.announcer.textContent =
        row === NONE || this.#scene === null ? '' : spanSentence(this.#scene.trace, row);
      this.#glide.invalidate();
    }
    if (andReveal && row !== NONE) this.#reveal(row);
  }

  // --- where one looks

  viewport(): Viewport {
    return this.#time().rangeToReal(this.#glide.current);
  }

  moveTo(viewport: Partial<Viewport>, glide: boolean): void {
    const time = this.#time();
    const { target } = this.#glide;
    // What is not said stays exactly as it is.
    const { start, end, scrollTop } = viewport;
    this.#go(
      {
        start: start === undefined ? target.start : time.toChart(start),
        end: end === undefined ? target.end : time.toChart(end),
        scrollTop: scrollTop ?? target.scrollTop,
      },
      glide,
    );
  }

  /** Fits a row, or with `NONE` the whole run. */
  fit(wanted: number): void {
    if (this.#scene === null) return;
    const row = shownRow(this.#scene.layout, wanted);
    if (row === NONE) {
      this.#go({ ...this.#glide.target, ...this.#reach }, true);
      return;
    }
    const range = { start: this.#scene.layout.start[row], end: this.#scene.layout.end[row] };
    this.#go(this.#withLane(fitRange(this.#glide.target, range, this.#bounds()), row), true);
  }

  resize(): void {
    this.#stage.resize();
    if (this.#scene !== null) {
      this.#go(this.#glide.target, false);
      this.#draw(); // at once: the canvas is empty after it has changed its size
    }
  }

  brushTarget(): BrushTarget | null {
    if (this.#scene === null) return null;
    const { target } = this.#glide;
    return {
      reach: this.#reach,
      window: target,
      set: (range) => this.#go({ ...target, ...range }, false),
      centre: (time) => this.#go(centreRange(target, { start: time, end: time }, this.#bounds()), true),
    };
  }

  // --- the pointer

  timeAtX(x: number): number {
    return this.#time().toReal(this.#chartTimeAt(x));
  }

  rowAt(x: number, y: number): number {
    if (this.#scene === null || y < METRICS.axisHeight) return NONE;
    const { start, end, scrollTop } = this.#glide.current;
    const inLanes = y - METRICS.axisHeight + scrollTop;
    const perPixel = (end - start) / this.#stage.cssWidth;
    return pick(this.#scene.layout, this.#scene.laneTops, inLanes, this.#chartTimeAt(x), perPixel);
  }

  drag(x: number, y: number): void {
    const panned = panBy(this.#glide.target, -x / this.#stage.cssWidth, this.#bounds());
    this.#go(scrollBy(panned, -y, this.#bounds()), false);
  }

  zoom(factor: number, x: number, glide = false): void {
    const fraction = x / this.#stage.cssWidth;
    this.#go(zoomAt(this.#glide.target, factor, this.#chartTimeAt(x), fraction, this.#bounds()), glide);
  }

  hover(row: number, x: number, y: number): void {
    this.elements.canvas.style.cursor = row === NONE ? '' : 'pointer';
    const changed = row !== this.#hovered;
    if (!changed && row === NONE) return;
    this.#hovered = row;
    if (changed) this.#glide.invalidate();
    const top = this.elements.canvas.offsetTop;
    this.events.emit('hover', row === NONE ? null : { row, time: this.timeAtX(x), x, y: y + top });
  }

  select(row: number): void {
    this.choose(row, false);
  }

  range(range: TimeRange | null): void {
    if (range?.start === this.#range?.start && range?.end === this.#range?.end) return;
    this.#range = range;
    this.events.emit('range', range);
    this.#glide.invalidate();
  }

  /** Takes a turn of the wheel; returns whether it did anything, so that otherwise the page scrolls. */
  wheel(move: WheelMove, at: { readonly clientX: number }): boolean {
    if (this.#scene === null) return false;
    if (move.type === 'zoom') {
      this.zoom(move.factor, at.clientX - this.elements.canvas.getBoundingClientRect().left, true);
      return true;
    }
    const { target } = this.#glide;
    const panned = move.x === 0 ? target : panBy(target, move.x / this.#stage.cssWidth, this.#bounds());
    const next = move.y === 0 ? panned : scrollBy(panned, move.y, this.#bounds());
    if (sameViewport(next, target)) return move.x !== 0;
    this.#go(next, false);
    return true;
  }

  // --- the keyboard

  /** Carries out a command; returns whether there was something to do. */
  run(command: Command): boolean {
    if (this.#scene === null) return false;
    const view = this.#glide.target;
    switch (command.type) {
      case 'zoom': {
        const middle = (this.#glide.current.start + this.#glide.current.end) / 2;
        this.#go(zoomAt(view, command.factor, middle, 0.5, this.#bounds()), true);
        return true;
      }
      case 'pan':
        this.#go(panBy(view, command.fraction, this.#bounds()), true);
        return true;
      case 'scroll':
        this.#go(scrollBy(view, command.lanes * METRICS.lanePitch, this.#bounds()), true);
        return true;
      case 'whole':
        this.fit(NONE);
        return true;
      case 'fit-span':
        if (this.#selected !== NONE) this.fit(this.#selected);
        return this.#selected !== NONE;
      case 'focus-span':
        return this.#focusSpan();
      case 'move':
        return this.#moveSelection(command.direction);
      case 'clear':
        return this.#clear();
      case 'zoom-range':
        return this.#zoomToRange();
      case 'range-span':
        return this.#rangeOfSpan();
      case 'range-edge':
        return this.#moveRangeEdge(command.edge, command.by);
      case 'toggle':
        this.setLayers({ [command.layer]: !this.#layers[command.layer] });
        return true;
      case 'help':
        this.events.emit('help', null);
        return true;
      default:
        return command satisfies never;
    }
  }

  async toBlob(): Promise<Blob> {
    this.#draw();
    return this.#stage.toBlob();
  }

  destroy(): void {
    this.#glide.stop();
    this.events.clear();
    this.elements.root.remove();
  }

  // --- inside

  #time(): TimeMap {
    return this.#scene?.time ?? REAL_TIME;
  }

  /** The time of the chart at a place. */
  #chartTimeAt(x: number): number {
    const { start, end } = this.#glide.current;
    return start + (x / this.#stage.cssWidth) * (end - start);
  }

  #cutAgain(): void {
    if (this.#scene !== null) this.setTrace(this.#scene.trace, this.#now, true);
  }

  #search(): number {
    const scene = this.#scene;
    const before = this.#matches;
    this.#matches = scene && searchSpans(scene.trace, scene.layout, this.#searched);
    const count = this.#matches?.count ?? 0;
    if (before !== null || this.#matches !== null) this.events.emit('matches', count);
    return count;
  }

  #tellHeight(scene: Scene): void {
    const around = METRICS.axisHeight + (this.elements.minimap === null ? 0 : METRICS.minimapHeight);
    const height = Math.ceil(scene.contentHeight + around);
    if (height === this.#height) return;
    this.#height = height;
    this.events.emit('height', height);
  }

  #bounds(): CameraBounds {
    const viewHeight = this.#stage.cssHeight - METRICS.axisHeight;
    return { time: this.#reach, contentHeight: this.#scene?.contentHeight ?? 0, viewHeight };
  }

  #go(view: Viewport, glide: boolean): void {
    const quiet = this.#options.reducedMotion ?? matchMedia('(prefers-reduced-motion: reduce)').matches;
    this.#glide.to(clampViewport(view, this.#bounds()), glide && !quiet);
  }

  #showsWholeRun(): boolean {
    const { start, end } = this.#glide.target;
    return start <= this.#reach.start && end >= this.#reach.end;
  }

  #withLane(view: Viewport, row: number): Viewport {
    const scene = this.#scene;
    if (scene === null || scene.layout.laneOf[row] === NONE) return view;
    const top = scene.laneTops[scene.layout.laneOf[row]] - METRICS.stackGap;
    return reveal(view, view, top, top + METRICS.lanePitch + METRICS.stackGap * 2, this.#bounds());
  }

  #reveal(row: number): void {
    if (this.#scene === null) return;
    const { start, end } = this.#scene.layout;
    const { target } = this.#glide;
    const moved = reveal(target, { start: start[row], end: end[row] }, -Infinity, -Infinity, this.#bounds());
    this.#go(this.#withLane({ ...moved, scrollTop: target.scrollTop }, row), true);
  }

  #rangeOfSpan(): boolean {
    const row = this.#selected;
    if (row === NONE || this.#scene === null) return false;
    this.range({ start: this.#scene.trace.spans.start[row], end: this.#scene.realEnd[row] });
    return true;
  }

  /** Moves an edge of the range by a part of what is in view; without a range, of that of the selected span. */
  #moveRangeEdge(edge: 'start' | 'end', by: number): boolean {
    if (this.#range === null && !this.#rangeOfSpan()) return false;
    if (this.#range === null) return false;
    const { start, end } = this.#glide.target;
    const map = this.#time();
    this.range(map.rangeToReal(withEdgeMoved(map.rangeToChart(this.#range), edge, (end - start) * by, this.#reach)));
    return true;
  }

  #zoomToRange(): boolean {
    if (this.#range === null) return false;
    const range = this.#time().rangeToChart(this.#range);
    this.#go(fitRange(this.#glide.target, range, this.#bounds()), true);
    return true;
  }

  #focusSpan(): boolean {
    if (this.#zoomToRange()) return true;
    const row = this.#selected;
    if (row === NONE || this.#scene === null) return false;
    const range = { start: this.#scene.layout.start[row], end: this.#scene.layout.end[row] };
    const centred = centreRange(this.#glide.target, range, this.#bounds());
    if (this.#centred === row || sameViewport(centred, this.#glide.target)) {
      this.#centred = NONE;
      this.fit(row);
    } else {
      this.#centred = row;
      this.#go(this.#withLane(centred, row), true);
    }
    return true;
  }

  #moveSelection(direction: Direction): boolean {
    const scene = this.#scene;
    if (scene === null || scene.layout.laneRows.length === 0) return false;
    const next = this.#selected === NONE ? scene.layout.roots[0] : spanFrom(scene, this.#selected, direction);
    if (next !== NONE) this.choose(next, true);
    return true;
  }

  #clear(): boolean {
    if (this.#range !== null) this.range(null);
    else if (this.#selected !== NONE) this.choose(NONE, false);
    else return false;
    return true;
  }

  #draw(): void {
    if (this.#scene === null) return;
    this.#stage.draw({
      scene: this.#scene,
      reach: this.#reach,
      view: this.#glide.current,
      layers: this.#layers,
      critical: this.#critical,
      matches: this.#matches,
      highlight: this.#lit,
      selected: this.#selected,
      hovered: this.#hovered,
      range: this.#range && this.#time().rangeToChart(this.#range),
    });
  }
}
