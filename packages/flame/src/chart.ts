import { NONE } from '@flowprof/model';
import type { FlameChartHandle, FlameChartOptions } from './api.ts';
import { ChartController } from './controller.ts';
import { attachBrush } from './interaction/brush.ts';
import { attachKeyboard } from './interaction/keyboard.ts';
import { attachPointer } from './interaction/pointer.ts';
import { wheelMoveOf } from './interaction/wheel.ts';

/**
 * Puts a flame chart into an element, whose size it takes and follows. The page has to load `@flowprof/flame/flame.css`.
 * @throws {Error} when the browser gives no 2D canvas
 */
export function createFlameChart(host: HTMLElement, options: FlameChartOptions = {}): FlameChartHandle {
  const chart = new ChartController(host, options);
  const { canvas, minimap, names, root } = chart.elements;
  const stops = [
    attachPointer(canvas, chart),
    attachKeyboard(root, (command) => chart.run(command)),
    minimap ? attachBrush(minimap, () => chart.brushTarget()) : () => {},
  ];
  let plain = options.wheel ?? 'scroll';
  const turn = (event: WheelEvent): void => {
    if (chart.wheel(wheelMoveOf(event, plain), event)) event.preventDefault();
  };
  names.addEventListener('click', (event) => chart.pressName(event.clientY - names.getBoundingClientRect().top));
  root.addEventListener('wheel', turn, { passive: false });
  const observer = typeof ResizeObserver === 'undefined' ? null : new ResizeObserver(() => chart.resize());
  observer?.observe(host);

  return {
    setTrace: (trace, how) => {
      chart.loader.load({ trace, now: how?.now ?? null, keepViewport: how?.keepViewport ?? true });
    },
    isLoading: () => chart.loader.isLoading,
    setGraph: (graph, how) => chart.setGraph(graph, how?.colour ?? 'difference'),
    setReach: (reach) => chart.setReach(reach),
    setMode: (mode, how) => chart.setMode(mode, how?.focus),
    mode: () => chart.mode(),
    isClock: () => chart.isClock(),
    reach: () => chart.reach(),
    setTheme: (theme) => chart.setTheme(theme),
    setCriticalPath: (path) => chart.setCriticalPath(path),
    setDifference: (difference) => chart.setDifference(difference),
    setLayers: (layers) => chart.setLayers(layers),
    setNotes: (notes) => chart.setNotes(notes),
    setIdleRules: (rules) => chart.setIdleRules(rules),
    setWheel: (does) => {
      plain = does;
    },
    setHighlight: (highlight) => chart.setHighlight(highlight),
    select: (row, how) => chart.choose(row ?? NONE, how?.reveal ?? false),
    selection: () => chart.selection(),
    setViewport: (viewport, how) => chart.moveTo(viewport, how?.animate ?? false),
    viewport: () => chart.viewport(),
    fit: (row) => chart.fitSpan(row ?? NONE),
    setSearch: (text) => chart.setSearch(text),
    selectMatch: (direction) => chart.selectMatch(direction),
    setRange: (range) => chart.range(range),
    run: (command) => chart.run(command),
    resize: () => chart.resize(),
    toBlob: (how) => chart.toBlob(how?.kind ?? 'png', how?.title ?? null),
    on: (type, listener) => chart.events.on(type, listener),
    focus: () => canvas.focus(),
    destroy: () => {
      for (const stop of stops) stop();
      observer?.disconnect();
      chart.destroy();
    },
  };
}
