/** The elements that a chart puts into its host. */
export interface ChartElements {
  readonly root: HTMLElement;
  readonly minimap: HTMLCanvasElement | null;
  readonly canvas: HTMLCanvasElement;
  /** The names of rows, where the lanes have names. */
  readonly names: HTMLCanvasElement;
  /** Tells screen readers which span is selected. */
  readonly announcer: HTMLElement;
}

function make<K extends keyof HTMLElementTagNameMap>(tag: K, name: string): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  element.className = name;
  return element;
}

/** Builds the chart's elements. They get classes only: how they look is in `flame.css`. */
export function buildElements(host: HTMLElement, label: string, withMinimap: boolean): ChartElements {
  const root = make('div', 'flowprof-flame');
  const minimap = withMinimap ? make('canvas', 'flowprof-flame-minimap') : null;
  const canvas = make('canvas', 'flowprof-flame-canvas');
  const names = make('canvas', 'flowprof-flame-names');
  const announcer = make('div', 'flowprof-flame-announcer');
  minimap?.setAttribute('aria-hidden', 'true');
  names.setAttribute('aria-hidden', 'true');
  canvas.tabIndex = 0;
  canvas.setAttribute('role', 'application');
  canvas.setAttribute('aria-roledescription', 'flame chart');
  canvas.setAttribute('aria-label', label);
  announcer.setAttribute('role', 'status');
  if (minimap) root.append(minimap);
  root.append(names, canvas, announcer);
  host.append(root);
  return { root, minimap, canvas, names, announcer };
}

/** A canvas' 2D context; throws where the browser gives none. */
export function contextOf(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  const context = canvas.getContext('2d', { alpha: false });
  if (context === null) throw new Error('this browser gives no 2D canvas');
  return context;
}
