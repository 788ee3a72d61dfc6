import { NONE } from '@flowprof/model';
import type { Layers, TimeRange, Viewport } from './api.ts';
import { scaleOf } from './camera.ts';
import type { BarBackEnd } from './draw/bars.ts';
import type { Surface } from './draw/frame.ts';
import { drawMinimap } from './draw/minimap.ts';
import { drawNames } from './draw/names.ts';
import { Overviews } from './draw/overviews.ts';
import { patternsFor } from './draw/patterns.ts';
import { drawPicture } from './draw/picture.ts';
import { RasterBars } from './draw/raster.ts';
import { TextMeter } from './draw/text.ts';
import { contextOf, type ChartElements } from './elements.ts';
import type { Arrow } from './scene/arrows.ts';
import type { CriticalLanes } from './scene/critical.ts';
import type { HighlightMarks } from './scene/highlight.ts';
import { METRICS } from './scene/metrics.ts';
import type { Scene } from './scene/scene.ts';
import type { Matches } from './scene/search.ts';
import type { SpanMarks } from './scene/span-marks.ts';
import type { Theme } from './theme.ts';
import type { GanttRow } from './views/gantt-units.ts';

/** At most so many matches are marked on the minimap. */
const MOST_MARKS = 2_000;

/** What a picture shows. */
export interface View {
  readonly scene: Scene;
  readonly reach: TimeRange;
  readonly view: Viewport;
  readonly layers: Layers;
  readonly critical: CriticalLanes | null;
  readonly matches: Matches | null;
  readonly highlight: HighlightMarks | null;
  readonly selected: number;
  readonly hovered: number;
  readonly range: TimeRange | null;
  readonly arrows: readonly Arrow[];
  readonly marks: SpanMarks | null;
  readonly notes: readonly TimeRange[];
  /** What stands beside the lanes. */
  readonly rows: readonly GanttRow[] | null;
}

function marksOf(scene: Scene, matches: Matches | null): Float64Array | null {
  if (matches === null) return null;
  const times: number[] = [];
  const { marked } = matches;
  for (let at = marked.next(0); at !== -1 && times.length < MOST_MARKS; at = marked.next(at + 1)) {
    times.push(scene.layout.laneStart[at]);
  }
  return Float64Array.from(times);
}

/** The canvases of a chart: their size, their fonts, and drawing on them. */
export class Stage {
  cssWidth = 1;
  cssHeight = 1;
  readonly #elements: ChartElements;
  readonly #context: CanvasRenderingContext2D;
  readonly #minimap: CanvasRenderingContext2D | null;
  readonly #names: CanvasRenderingContext2D;
  readonly #bars: BarBackEnd;
  #theme: Theme;
  #dpr = 1;
  #surface: Surface | null = null;
  readonly #overviews: Overviews;
  #marks: { readonly matches: Matches | null; readonly made: Float64Array | null } | null = null;

  /** @param changed is called when what is drawn has come to be known better */
  constructor(elements: ChartElements, theme: Theme, changed: () => void) {
    this.#overviews = new Overviews(changed);
    this.#elements = elements;
    this.#context = contextOf(elements.canvas);
    this.#minimap = elements.minimap && contextOf(elements.minimap);
    this.#names = contextOf(elements.names);
    this.#bars = new RasterBars(this.#context, (of, dpr) => patternsFor(this.#context, of, dpr));
    this.#theme = theme;
  }

  setTheme(theme: Theme): void {
    this.#theme = theme;
    this.#surface = null;
  }

  forgetOverview(): void {
    this.#overviews.forget();
    this.#marks = null;
  }

  /** Takes the size of the elements and the screen's pixel ratio. */
  resize(): void {
    const { canvas, minimap, names } = this.#elements;
    this.cssWidth = Math.max(1, canvas.clientWidth);
    this.cssHeight = Math.max(1, canvas.clientHeight);
    this.#dpr = globalThis.devicePixelRatio || 1;
    canvas.width = Math.round(this.cssWidth * this.#dpr);
    canvas.height = Math.round(this.cssHeight * this.#dpr);
    if (minimap) {
      minimap.width = canvas.width;
      minimap.height = Math.round(METRICS.minimapHeight * this.#dpr);
    }
    names.width = Math.round(names.clientWidth * this.#dpr);
    names.height = canvas.height;
    this.#surface = null;
  }

  draw(view: View): void {
    const { canvas } = this.#elements;
    if (globalThis.devicePixelRatio !== this.#dpr) this.resize();
    drawPicture(
      {
        ...view,
        scale: scaleOf(view.view, canvas.width),
        dpr: this.#dpr,
        width: canvas.width,
        height: canvas.height,
        theme: this.#theme,
        match: view.highlight?.marked ?? view.matches?.marked ?? null,
      },
      this.#makeSurface(),
      this.#bars,
    );
    this.#drawNames(view);
    this.#drawMinimap(view);
  }

  /** The chart with its minimap as a PNG. */
  toBlob(): Promise<Blob> {
    const { canvas, minimap, names } = this.#elements;
    const sheet = document.createElement('canvas');
    sheet.width = names.width + canvas.width;
    sheet.height = canvas.height + (minimap?.height ?? 0);
    const context = contextOf(sheet);
    context.fillStyle = this.#theme.background;
    context.fillRect(0, 0, sheet.width, sheet.height);
    if (minimap) context.drawImage(minimap, names.width, 0);
    if (names.width > 0) context.drawImage(names, 0, minimap?.height ?? 0);
    context.drawImage(canvas, names.width, minimap?.height ?? 0);
    return new Promise((resolve, reject) => {
      sheet.toBlob(
        (blob) => (blob ? resolve(blob) : reject(new Error('the picture could not be encoded'))),
        'image/png',
      );
    });
  }

  #makeSurface(): Surface {
    if (this.#surface === null) {
      const context = this.#context;
      const font = `${this.#theme.fontSize * this.#dpr}px ${this.#theme.fontFamily}`;
      context.font = font;
      this.#surface = { context, font, meter: new TextMeter((text) => context.measureText(text).width) };
    }
    return this.#surface;
  }

  #drawNames({ rows, scene, view, selected }: View): void {
    const { width, height } = this.#elements.names;
    if (rows === null || width === 0) return;
    const { font, meter } = this.#makeSurface();
    const selectedLane = selected === NONE ? NONE : scene.layout.laneOf[selected];
    const { laneTops } = scene;
    const { scrollTop } = view;
    const theme = this.#theme;
    drawNames(this.#names, {
      rows,
      laneTops,
      scrollTop,
      theme,
      dpr: this.#dpr,
      width,
      height,
      font,
      meter,
      selectedLane,
    });
  }

  #drawMinimap(view: View): void {
    const context = this.#minimap;
    if (context === null) return;
    const { width, height } = context.canvas;
    const columns = Math.max(1, Math.round(this.cssWidth));
    if (this.#marks === null || this.#marks.matches !== view.matches) {
      this.#marks = { matches: view.matches, made: marksOf(view.scene, view.matches) };
    }
    drawMinimap(context, {
      overview: this.#overviews.of(view.scene, view.reach, columns),
      window: view.view,
      theme: this.#theme,
      dpr: this.#dpr,
      width,
      height,
      marks: this.#marks.made,
    });
  }
}
