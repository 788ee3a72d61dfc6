import { NONE } from '@flowprof/model';
import type { Layers, TimeRange, Viewport } from './api.ts';
import { scaleOf } from './camera.ts';
import type { BarBackEnd } from './draw/bars.ts';
import type { Frame, Surface } from './draw/frame.ts';
import { drawMinimap, type MinimapFrame } from './draw/minimap.ts';
import { drawNames, type NamesFrame } from './draw/names.ts';
import { Overviews } from './draw/overviews.ts';
import { patternsFor } from './draw/patterns.ts';
import { drawPicture } from './draw/picture.ts';
import { RasterBars } from './draw/raster.ts';
import type { About } from './draw/about.ts';
import type * as Sheets from './draw/sheet.ts';
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
    drawPicture(this.#frameOf(view, canvas.width, canvas.height, this.#dpr), this.#makeSurface(), this.#bars);
    const names = this.#namesFrame(view, this.#makeSurface(), this.#dpr);
    if (names !== null) drawNames(this.#names, names);
    if (this.#minimap !== null) drawMinimap(this.#minimap, this.#minimapFrame(view, this.#dpr));
  }

  /** What is on the screen as a file, with a title and a legend. */
  picture({ pngSheet, svgSheet }: typeof Sheets, kind: 'png' | 'svg', view: View, about: About): Promise<Blob> {
    const { canvas, minimap, names } = this.#elements;
    if (kind === 'png') {
      const frame = this.#frameOf(view, canvas.width, canvas.height, this.#dpr);
      return pngSheet(frame, { minimap, names, canvas }, this.#makeSurface(), about);
    }
    const surface = this.#surfaceAt(this.#context, 1);
    const blob = svgSheet(
      {
        frame: this.#frameOf(view, this.cssWidth, this.cssHeight, 1),
        minimap: minimap && this.#minimapFrame(view, 1),
        names: this.#namesFrame(view, surface, 1),
        font: surface.font,
        meter: surface.meter,
      },
      about,
    );
    return Promise.resolve(blob);
  }

  #frameOf(view: View, width: number, height: number, dpr: number): Frame {
    return {
      ...view,
      scale: scaleOf(view.view, width),
      dpr,
      width,
      height,
      theme: this.#theme,
      match: view.highlight?.marked ?? view.matches?.marked ?? null,
    };
  }

  #makeSurface(): Surface {
    this.#surface ??= this.#surfaceAt(this.#context, this.#dpr);
    return this.#surface;
  }

  #surfaceAt(context: CanvasRenderingContext2D, dpr: number): Surface {
    const font = `${this.#theme.fontSize * dpr}px ${this.#theme.fontFamily}`;
    const measure = (text: string): number => {
      context.font = font;
      return context.measureText(text).width;
    };
    return { context, font, meter: new TextMeter(measure) };
  }

  /** The names beside the lanes; null where there are none. */
  #namesFrame({ rows, scene, view, selected }: View, { font, meter }: Surface, dpr: number): NamesFrame | null {
    const width = Math.round(this.#elements.names.clientWidth * dpr);
    if (rows === null || width === 0) return null;
    return {
      rows,
      laneTops: scene.laneTops,
      scrollTop: view.scrollTop,
      theme: this.#theme,
      dpr,
      width,
      height: Math.round(this.cssHeight * dpr),
      font,
      meter,
      selectedLane: selected === NONE ? NONE : scene.layout.laneOf[selected],
    };
  }

  #minimapFrame(view: View, dpr: number): MinimapFrame {
    const columns = Math.max(1, Math.round(this.cssWidth));
    if (this.#marks === null || this.#marks.matches !== view.matches) {
      this.#marks = { matches: view.matches, made: marksOf(view.scene, view.matches) };
    }
    return {
      overview: this.#overviews.of(view.scene, view.reach, columns),
      window: view.view,
      theme: this.#theme,
      dpr,
      width: Math.round(this.cssWidth * dpr),
      height: Math.round(METRICS.minimapHeight * dpr),
      marks: this.#marks.made,
    };
  }
}
