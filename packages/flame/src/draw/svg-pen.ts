import type { Theme } from '../theme.ts';
import type { Patterns } from './patterns.ts';
import type { Pen } from './pen.ts';

const FORBIDDEN = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;
const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Text as it may stand in XML, in content and in attributes: whatever it holds, it stays text. */
export function xmlText(text: string): string {
  return text.replace(FORBIDDEN, '\uFFFD').replace(/[&<>"]/g, (sign) => ENTITIES[sign]);
}

function short(value: number): string {
  return String(Math.round(value * 100) / 100);
}

function attributes(of: Readonly<Record<string, string | number | null>>): string {
  return Object.entries(of)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => ` ${name}="${typeof value === 'number' ? short(value) : xmlText(value ?? '')}"`)
    .join('');
}

/** The fills of an SVG's own patterns; `PATTERN_DEFS` has them. */
export const SVG_PATTERNS: Patterns = {
  hatched: 'url(#hatched)',
  dotted: 'url(#dotted)',
  added: 'url(#added)',
  removed: 'url(#removed)',
};

function lined(id: string, size: number, fill: string, line: string, width: number, rises: boolean): string {
  const d = [-size, 0, size]
    .map((shift) => (rises ? `M${shift} ${size}L${shift + size} 0` : `M${shift} 0L${shift + size} ${size}`))
    .join('');
  return `<pattern${attributes({ id, width: size, height: size, patternUnits: 'userSpaceOnUse' })}><rect${attributes({
    width: size,
    height: size,
    fill,
  })}/><path${attributes({ d, stroke: line, 'stroke-width': width })}/></pattern>`;
}

/** The patterns of a theme as definitions of an SVG. */
export function patternDefs({ unaccounted, connect, pattern, difference }: Theme): string {
  const { added, removed, slower, faster } = difference;
  const dots =
    `<pattern${attributes({ id: 'dotted', width: 4, height: 4, patternUnits: 'userSpaceOnUse' })}>` +
    `<rect${attributes({ width: 4, height: 4, fill: connect.fill })}/><rect${attributes({ width: 1, height: 1, fill: pattern })}/></pattern>`;
  return `<defs>${lined('hatched', 6, unaccounted.fill, pattern, 1, true)}${dots}${lined(
    'added',
    9,
    added.fill,
    slower[slower.length - 1].fill,
    2,
    true,
  )}${lined('removed', 9, removed.fill, faster[faster.length - 1].fill, 2, false)}</defs>`;
}

/** A pen that writes SVG. Places are those of its own picture. */
export class SvgPen implements Pen {
  fillStyle: Pen['fillStyle'] = '#000000';
  strokeStyle: Pen['strokeStyle'] = '#000000';
  lineWidth = 1;
  lineCap: CanvasLineCap = 'butt';
  globalAlpha = 1;
  font = '12px sans-serif';
  textBaseline: CanvasTextBaseline = 'middle';
  textAlign: CanvasTextAlign = 'left';
  readonly #parts: string[] = [];
  #path = '';
  #dash: readonly number[] = [];
  #transform: string | null = null;

  /** What was drawn, as the content of an `svg` element. */
  markup(): string {
    return this.#parts.join('\n');
  }

  setTransform(a: number, b: number, c: number, d: number, e: number, f: number): void {
    const matrix = [a, b, c, d, e, f].map(short).join(' ');
    this.#transform = matrix === '1 0 0 1 0 0' ? null : `matrix(${matrix})`;
  }

  setLineDash(segments: number[]): void {
    this.#dash = segments;
  }

  fillRect(x: number, y: number, width: number, height: number): void {
    if (width > 0 && height > 0) this.#add('rect', { x, y, width, height, ...this.#filled() });
  }

  strokeRect(x: number, y: number, width: number, height: number): void {
    this.#add('rect', { x, y, width, height, ...this.#stroked() });
  }

  beginPath(): void {
    this.#path = '';
  }

  moveTo(x: number, y: number): void {
    this.#path += `M${short(x)} ${short(y)}`;
  }

  lineTo(x: number, y: number): void {
    this.#path += `${this.#path === '' ? 'M' : 'L'}${short(x)} ${short(y)}`;
  }

  arc(x: number, y: number, radius: number, from: number, to: number): void {
    const at = (angle: number): string =>
      `${short(x + radius * Math.cos(angle))} ${short(y + radius * Math.sin(angle))}`;
    const r = short(radius);
    // In two halves: an arc of SVG has no full turn.
    const middle = (from + to) / 2;
    this.#path += `M${at(from)}A${r} ${r} 0 0 1 ${at(middle)}A${r} ${r} 0 0 1 ${at(to)}`;
  }

  fill(): void {
    if (this.#path !== '') this.#add('path', { d: this.#path, ...this.#filled() });
  }

  stroke(): void {
    if (this.#path !== '') this.#add('path', { d: this.#path, ...this.#stroked() });
  }

  fillText(text: string, x: number, y: number): void {
    const font = /^(?:(bold) )?([\d.]+)px (.*)$/.exec(this.font);
    const of = attributes({
      x,
      y,
      ...this.#filled(),
      'font-weight': font?.[1] ?? null,
      'font-size': font?.[2] ?? null,
      'font-family': font?.[3] ?? null,
      'dominant-baseline': this.textBaseline === 'middle' ? 'central' : null,
      transform: this.#transform,
    });
    this.#parts.push(`<text${of} xml:space="preserve">${xmlText(text)}</text>`);
  }

  #filled(): Record<string, string | number | null> {
    const { fillStyle, globalAlpha } = this;
    return {
      fill: typeof fillStyle === 'string' ? fillStyle : '#888888',
      opacity: globalAlpha === 1 ? null : globalAlpha,
    };
  }

  #stroked(): Record<string, string | number | null> {
    const { strokeStyle, globalAlpha, lineWidth, lineCap } = this;
    return {
      fill: 'none',
      stroke: typeof strokeStyle === 'string' ? strokeStyle : '#888888',
      'stroke-width': lineWidth,
      'stroke-linecap': lineCap === 'butt' ? null : lineCap,
      'stroke-dasharray': this.#dash.length === 0 ? null : this.#dash.map(short).join(' '),
      opacity: globalAlpha === 1 ? null : globalAlpha,
    };
  }

  #add(name: string, of: Record<string, string | number | null>): void {
    this.#parts.push(`<${name}${attributes({ ...of, transform: this.#transform })}/>`);
  }
}

/** A part of a picture; what sticks out of it is cut off. */
export interface SvgPiece {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly markup: string;
}

/** A picture in pieces, each at its place, as a whole SVG document that needs nothing else. */
export function svgDocument(
  size: { readonly width: number; readonly height: number; readonly title: string; readonly background: string },
  defs: string,
  pieces: readonly SvgPiece[],
): string {
  const { width, height, title, background } = size;
  const root = attributes({
    xmlns: 'http://www.w3.org/2000/svg',
    width,
    height,
    viewBox: `0 0 ${short(width)} ${short(height)}`,
    role: 'img',
    'aria-label': title,
  });
  const inner = pieces.map(
    ({ left, top, width: wide, height: tall, markup }) =>
      `<svg${attributes({ x: left, y: top, width: wide, height: tall })}>\n${markup}\n</svg>`,
  );
  return [
    `<svg${root}>`,
    `<title>${xmlText(title)}</title>`,
    defs,
    `<rect${attributes({ width, height, fill: background })}/>`,
    ...inner,
    '</svg>\n',
  ].join('\n');
}
