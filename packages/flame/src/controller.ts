import { NONE, type MergedGraph } from '@flowprof/model';
import type {
  ChartMode,
  ChartNote,
  CriticalPath,
  FlameChartOptions,
  Highlight,
  IdleRules,
  Layers,
  ModeChange,
  NodeDifference,
  TimeRange,
  Viewport,
} from './api.ts';
import {
  centreRange,
  clampViewport,
  fitRange,
  moveBy,
  reachWith,
  sameViewport,
  zoomAt,
  type CameraBounds,
} from './camera.ts';
import { rowOfLane } from './draw/names.ts';
import { aboutOf } from './draw/about.ts';
import { buildElements, type ChartElements } from './elements.ts';
import { ChartEvents } from './events.ts';
import type { Command } from './interaction/bindings.ts';
import type { BrushTarget } from './interaction/brush.ts';
import { Glide, SCREEN } from './interaction/glide.ts';
import type { PointerTarget } from './interaction/pointer.ts';
import type { WheelMove } from './interaction/wheel.ts';
import { Beside, type Place } from './scene/beside.ts';
import { ChosenRange } from './scene/chosen-range.ts';
import { Hovering } from './scene/hovering.ts';
import { TraceLoader } from './load/loader.ts';
import { IDLE_RULES } from './scene/idle.ts';
import { centreRow, fitRow, revealRow } from './scene/framing.ts';
import { laneAtY, METRICS } from './scene/metrics.ts';
import type { Direction } from './values.ts';
import { pick } from './scene/pick.ts';
import { rangeOfSpan } from './scene/range.ts';
import type { Scene } from './scene/scene.ts';
import { nextMatch } from './scene/search.ts';
import { Searching } from './scene/searching.ts';
import { Stage, type View } from './stage.ts';
import { LIGHT, type Theme } from './theme.ts';
import { REAL_TIME, type TimeMap } from './time-map.ts';
import { ClockLayers } from './views/clock-layers.ts';
import { ChartModes } from './views/modes.ts';
import type { ModeScene } from './views/mode-scene.ts';
import { Selection } from './views/selection.ts';

const NOWHERE: Viewport = { start: 0, end: 1, scrollTop: 0 };

/** The state of one chart and all that can be done to it, apart from which event does it. */
export class ChartController implements PointerTarget {
  readonly elements: ChartElements;
  readonly events = new ChartEvents();
  readonly #options: FlameChartOptions;
  readonly #stage: Stage;
  readonly #glide: Glide;
  #theme: Theme;
  readonly #modes: ChartModes;
  readonly loader: TraceLoader;
  #view: ModeScene | null = null;
  #scene: Scene | null = null;
  #reach: TimeRange = { start: 0, end: 1 };
  readonly #over = new ClockLayers();
  #height = 0;
  #layers: Layers = { criticalPath: true, queue: true, cutIdle: false };
  #idleRules: IdleRules = IDLE_RULES;
  readonly #searching = new Searching((count) => this.events.emit('matches', count));
  readonly #selection = new Selection();
  readonly #hovering = new Hovering();
  readonly #chosen = new ChosenRange();
  readonly #beside = new Beside();
  #centred = NONE;

  constructor(host: HTMLElement, options: FlameChartOptions) {
    this.#options = options;
    this.#modes = new ChartModes(options.notStarted !== false);
    this.loader = new TraceLoader(
      options.worker ?? null,
      ({ trace, now, keepViewport }) => {
        this.#modes.setTrace(trace, now);
        this.#showNew(keepViewport ? this.viewport() : null);
      },
      (loading) => this.events.emit('loading', loading),
    );
    this.#theme = options.theme ?? LIGHT;
    this.elements = buildElements(host, options.label ?? 'Flame chart', options.minimap !== false);
    this.#stage = new Stage(this.elements, this.#theme, () => this.#glide.invalidate());
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

  setReach(beyond: TimeRange | null): void {
    this.#modes.beyond = beyond;
    this.#show(this.#view, this.viewport());
  }

  setGraph(graph: MergedGraph, colour: 'node' | 'difference'): void {
    this.#modes.setGraph(graph, colour);
    this.#showNew(null);
  }

  setMode(mode: ChartMode, focus?: string | null): void {
    const was = this.#view;
    const left = this.viewport();
    if (!this.#modes.choose(mode, focus ?? null, this.selection())) return;
    const view = this.#modes.current();
    const known = this.#modes.placeIn(was?.mode ?? mode, left);
    // Modes with a clock show the same part of the run.
    const isSame = was?.isClock === true && view?.isClock === true && !this.#showsWholeRun();
    this.#show(view, isSame ? { ...left, scrollTop: known?.scrollTop ?? 0 } : known);
    this.events.emit('mode', this.mode());
    if (this.#selectedRow() !== NONE) this.#reveal(this.#selectedRow());
  }

  setDifference(difference: NodeDifference | null): void {
    if (this.#modes.setDifference(difference)) this.#show(this.#modes.current(), this.viewport());
  }

  isClock(): boolean {
    return this.#view?.isClock ?? true;
  }

  /** From the earliest to the latest on the axis. */
  reach(): TimeRange {
    const { minTime: start = 0, maxTime: end = 0 } = this.#scene?.layout ?? {};
    return this.#time().rangeToReal({ start, end });
  }

  mode(): ModeChange {
    return { mode: this.#modes.mode, focus: this.#modes.focus };
  }

  setTheme(theme: Theme): void {
    this.#theme = theme;
    this.elements.root.style.setProperty('--flowprof-focus', theme.selection);
    this.#stage.setTheme(theme);
    this.#glide.invalidate();
  }

  setCriticalPath(path: CriticalPath | null): void {
    this.#over.setPath(path);
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

  setNotes(notes: readonly ChartNote[]): void {
    this.#beside.setNotes(notes);
    this.#glide.invalidate();
  }

  setIdleRules(rules: IdleRules): void {
    const { queue, sleep, longerThan } = this.#idleRules;
    if (rules.queue === queue && rules.sleep === sleep && rules.longerThan === longerThan) return;
    this.#idleRules = rules;
    if (this.#layers.cutIdle) this.#cutAgain();
  }

  setHighlight(highlight: Highlight | null): void {
    this.#over.setHighlight(highlight);
    this.#glide.invalidate();
  }

  setSearch(text: string): number {
    this.#glide.invalidate();
    return this.#searching.find(text, this.#scene);
  }

  selectMatch(direction: 1 | -1): number | null {
    const { matches } = this.#searching;
    if (this.#scene === null || matches === null) return null;
    const row = nextMatch(this.#scene.layout, matches, this.#selectedRow(), direction);
    if (row === NONE) return null;
    this.#chooseRow(row, true);
    return this.selection();
  }

  selection(): number | null {
    return this.#selection.span === NONE ? null : this.#selection.span;
  }

  /** Selects a span, or with `NONE` nothing. */
  choose(wanted: number, andReveal: boolean): void {
    if (this.loader.postpones(wanted, () => this.choose(wanted, andReveal))) return;
    const view = this.#view;
    const span = view === null ? wanted : view.settle(wanted);
    if (span !== this.#selection.span) {
      this.#selection.span = span;
      this.events.emit('select', span === NONE ? null : span);
      const row = this.#selectedRow();
      this.elements.announcer.textContent = row === NONE || view === null ? '' : view.sentence(row);
      this.#glide.invalidate();
    }
    if (andReveal && this.#selectedRow() !== NONE) this.#reveal(this.#selectedRow());
  }

  // --- where one looks

  viewport(): Viewport {
    return this.#time().rangeToReal(this.#glide.current);
  }

  moveTo(viewport: Partial<Viewport>, glide: boolean): void {
    if (this.loader.postpones(NONE, () => this.moveTo(viewport, glide))) return;
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

  /** Fits a span, or with `NONE` the whole run. */
  fitSpan(wanted: number): void {
    this.fit(this.#view?.rowOf(wanted) ?? NONE);
  }

  /** Fits a row, or with `NONE` the whole run. */
  fit(row: number): void {
    if (this.#scene === null) return;
    if (row === NONE) return this.#go({ ...this.#glide.target, ...this.#reach }, true);
    this.#go(fitRow(this.#glide.target, this.#scene, row, this.#bounds()), true);
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
    this.#go(moveBy(this.#glide.target, -x / this.#stage.cssWidth, -y, this.#bounds()), false);
  }

  zoom(factor: number, x: number, glide = false): void {
    const fraction = x / this.#stage.cssWidth;
    this.#go(zoomAt(this.#glide.target, factor, this.#chartTimeAt(x), fraction, this.#bounds()), glide);
  }

  hover(row: number, x: number, y: number): void {
    this.elements.canvas.style.cursor = row === NONE ? '' : 'pointer';
    const told = y === 0 ? [] : this.#beside.textsAt(this.#clockScene, this.#placeAt(x, y));
    const news = this.#hovering.move(row, told);
    if (news === null) return;
    if (news.isOtherRow) this.#glide.invalidate();
    const { offsetLeft: left, offsetTop: top } = this.elements.canvas;
    const view = this.#view;
    if (view === null || (row === NONE && told.length === 0)) return this.events.emit('hover', null);
    const what = row === NONE ? { row, block: null } : { row: view.spanOf(row, NONE), block: view.blockOf(row) };
    this.events.emit('hover', { ...what, told, time: this.timeAtX(x), x: x + left, y: y + top });
  }

  /** Selects what is at a place, or opens the note whose flag is there. */
  click(x: number, y: number): void {
    const note = this.#clockScene ? this.#beside.noteAt(this.#clockScene, this.#placeAt(x, y)) : NONE;
    if (note === NONE) this.#chooseRow(this.rowAt(x, y), false);
    else this.events.emit('note', note);
  }

  range(range: TimeRange | null): void {
    const isTime = range === null || (this.#view?.isClock !== false && Number.isFinite(range.end - range.start));
    if (!isTime || !this.#chosen.choose(range)) return;
    this.events.emit('range', range);
    this.#glide.invalidate();
  }

  /** Folds or opens the row whose name is at `y` of the names, or selects what first ran in it. */
  pressName(y: number): void {
    const scene = this.#scene;
    if (scene === null || y < METRICS.axisHeight) return;
    const lane = laneAtY(scene.laneTops, y - METRICS.axisHeight + this.#glide.current.scrollTop);
    if (this.#fold(lane)) return;
    const first = scene.layout.laneOffsets[lane];
    if (first < scene.layout.laneOffsets[lane + 1]) this.#chooseRow(scene.layout.laneRows[first], true);
  }

  /** Takes a turn of the wheel; returns whether it did anything, so that otherwise the page scrolls. */
  wheel(move: WheelMove, at: { readonly clientX: number }): boolean {
    if (this.#scene === null) return false;
    if (move.type === 'zoom') {
      this.zoom(move.factor, at.clientX - this.elements.canvas.getBoundingClientRect().left, true);
      return true;
    }
    const { target } = this.#glide;
    const next = moveBy(target, move.x / this.#stage.cssWidth, move.y, this.#bounds());
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
        this.#go(moveBy(view, command.fraction, 0, this.#bounds()), true);
        return true;
      case 'scroll':
        this.#go(moveBy(view, 0, command.lanes * METRICS.lanePitch, this.#bounds()), true);
        return true;
      case 'whole':
        this.fit(NONE);
        return true;
      case 'fit-span': {
        const row = this.#selectedRow();
        if (row !== NONE) this.fit(row);
        return row !== NONE;
      }
      case 'focus-span':
        return this.#focusSpan();
      case 'move':
        return this.#moveSelection(command.direction);
      case 'clear':
        return this.#clear();
      case 'zoom-range':
        return this.#zoomToRange();
      case 'range-span':
        return this.#setRange(rangeOfSpan(this.#clockScene, this.selection()));
      case 'range-edge':
        return this.#moveRangeEdge(command.edge, command.by);
      case 'toggle':
        this.setLayers({ [command.layer]: !this.#layers[command.layer] });
        return true;
      case 'fold':
        return this.#fold(this.#scene.layout.laneOf[this.#selectedRow()] ?? NONE);
      case 'mode':
        if (this.#modes.hasTrace) this.setMode(command.mode);
        return this.#modes.hasTrace;
      case 'help':
        this.events.emit('help', null);
        return true;
      default:
        return command satisfies never;
    }
  }

  async toBlob(kind: 'png' | 'svg', title: string | null): Promise<Blob> {
    const sheets = await import('./draw/sheet.ts'); // which no picture on the screen needs
    this.#draw();
    const shown = this.#shown();
    if (shown === null) throw new Error('there is nothing to be drawn yet');
    return this.#stage.picture(sheets, kind, shown, aboutOf(shown.scene, this.viewport(), title));
  }

  destroy(): void {
    this.#glide.stop();
    this.loader.close();
    this.events.clear();
    this.elements.root.remove();
  }

  // --- inside

  #showNew(at: Viewport | null): void {
    const { focus } = this.#modes;
    this.#show(this.#modes.current(), at);
    if (focus !== this.#modes.focus) this.events.emit('mode', this.mode());
    if (this.#view?.settle(this.#selection.span) !== this.#selection.span) this.choose(NONE, false);
  }

  /** Shows a scene, at a viewport or as a whole. */
  #show(view: ModeScene | null, at: Viewport | null): void {
    if (view === null) return;
    const showedAll = this.#scene === null || (this.#view?.mode === view.mode && this.#showsWholeRun());
    const before = this.#time();
    const { scene } = view;
    this.#view = view;
    this.#scene = scene;
    if (this.elements.root.dataset['mode'] !== view.mode) {
      this.elements.root.dataset['mode'] = view.mode;
      this.#stage.resize(); // the names of rows take room from the lanes
    }
    this.#reach = reachWith(scene.layout, this.#modes.beyond);
    this.#over.show(view);
    if (before.breaks.length + scene.time.breaks.length > 0) this.events.emit('breaks', scene.time.breaks);
    this.#searching.again(scene);
    this.#stage.forgetOverview();
    this.#tellHeight(scene);
    this.hover(NONE, 0, 0);
    if (at !== null && !showedAll) this.#go(scene.time.rangeToChart(at), false);
    else this.#go({ ...this.#reach, scrollTop: at?.scrollTop ?? 0 }, false);
    this.#glide.invalidate();
  }

  /** The scene, where its axis is the clock. */
  get #clockScene(): Scene | null {
    return this.#view?.isClock === true ? this.#view.scene : null;
  }

  #selectedRow(): number {
    return this.#selection.rowIn(this.#view);
  }

  #chooseRow(row: number, andReveal: boolean): void {
    if (this.#view === null) return;
    this.choose(this.#selection.click(this.#view, row), andReveal);
    this.#glide.invalidate();
  }

  #time(): TimeMap {
    return this.#scene?.time ?? REAL_TIME;
  }

  /** The time of the chart at a place. */
  #chartTimeAt(x: number): number {
    const { start, end } = this.#glide.current;
    return start + (x / this.#stage.cssWidth) * (end - start);
  }

  #placeAt(x: number, y: number): Place {
    const { start, end, scrollTop } = this.#glide.current;
    return { y, scrollTop, time: this.#chartTimeAt(x), microsPerPixel: (end - start) / this.#stage.cssWidth };
  }

  #cutAgain(): void {
    this.#modes.setCut(this.#layers.cutIdle ? this.#idleRules : null);
    this.#show(this.#modes.current(), this.viewport());
  }

  /** Folds or opens the row that a lane belongs to; returns whether there is one that can be. */
  #fold(lane: number): boolean {
    const rows = this.#view?.rows ?? [];
    const row = rows[rowOfLane(rows, lane)];
    if (row === undefined || row.fold === 'none') return false;
    this.#modes.fold(row.id, row.fold === 'open');
    this.#show(this.#modes.current(), this.viewport());
    return true;
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

  #reveal(row: number): void {
    if (this.#scene !== null) this.#go(revealRow(this.#glide.target, this.#scene, row, this.#bounds()), true);
  }

  #setRange(range: TimeRange | null): boolean {
    if (range !== null) this.range(range);
    return range !== null;
  }

  /** Moves an edge of the range by a part of what is in view; without a range, of that of the selected span. */
  #moveRangeEdge(edge: 'start' | 'end', part: number): boolean {
    const move = { edge, part, view: this.#glide.target, reach: this.#reach };
    return this.#setRange(this.#chosen.withEdgeMoved(this.#clockScene, this.selection(), move));
  }

  #zoomToRange(): boolean {
    const range = this.#chosen.inChart(this.#clockScene);
    if (range === null) return false;
    this.#go(fitRange(this.#glide.target, range, this.#bounds()), true);
    return true;
  }

  #focusSpan(): boolean {
    if (this.#zoomToRange()) return true;
    const row = this.#selectedRow();
    if (row === NONE || this.#scene === null) return false;
    const centred = centreRow(this.#glide.target, this.#scene, row, this.#bounds());
    if (this.#centred === row || sameViewport(centred, this.#glide.target)) {
      this.#centred = NONE;
      this.fit(row);
    } else {
      this.#centred = row;
      this.#go(centred, true);
    }
    return true;
  }

  #moveSelection(direction: Direction): boolean {
    const view = this.#view;
    if (view === null || view.scene.layout.laneRows.length === 0) return false;
    const row = this.#selectedRow();
    const next = row === NONE ? view.scene.layout.roots[0] : view.step(row, direction);
    if (next !== NONE) this.#chooseRow(next, true);
    return true;
  }

  #clear(): boolean {
    if (this.#chosen.range !== null) this.range(null);
    else if (this.#selection.span !== NONE) this.choose(NONE, false);
    else return false;
    return true;
  }

  #draw(): void {
    const shown = this.#shown();
    if (shown !== null) this.#stage.draw(shown);
  }

  #shown(): View | null {
    if (this.#scene === null) return null;
    return {
      scene: this.#scene,
      reach: this.#reach,
      view: this.#glide.current,
      layers: this.#layers,
      critical: this.#over.critical,
      matches: this.#searching.matches,
      highlight: this.#over.lit,
      selected: this.#selectedRow(),
      hovered: this.#hovering.row,
      range: this.#chosen.inChart(this.#clockScene),
      arrows: this.#beside.arrowsIn(this.#clockScene, this.#selectedRow()),
      marks: this.#beside.marksIn(this.#clockScene),
      notes: this.#beside.notesIn(this.#clockScene),
      rows: this.#view?.rows ?? null,
    };
  }
}
