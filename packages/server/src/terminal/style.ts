import type { Status } from '@flowprof/model';
import pc from 'picocolors';

import * as quantity from './quantity.ts';
import type { Terminal } from './terminal.ts';
import { harmless, truncate } from './text.ts';

type Paint = (text: string) => string;

/** The characters that pictures are drawn with. */
interface Glyphs {
  readonly ellipsis: string;
  readonly dot: string;
  readonly micro: string;
  readonly times: string;
  readonly critical: string;
  readonly branch: string;
  readonly run: string;
  readonly phase: string;
  readonly queue: string;
  readonly rateLimit: string;
  readonly backoff: string;
  readonly failed: string;
  readonly sleep: string;
  readonly open: string;
  readonly retry: string;
  readonly rule: string;
  readonly arrow: string;
  /** From little to full. */
  readonly levels: readonly string[];
  readonly status: Readonly<Record<Status, string>>;
}

const UNICODE: Glyphs = {
  ellipsis: '…',
  dot: '·',
  micro: 'µs',
  times: '×',
  critical: '◆',
  branch: '└',
  run: '█',
  phase: '▬',
  queue: '─',
  rateLimit: '┄',
  backoff: '∙',
  failed: '▒',
  sleep: '░',
  open: '▷',
  retry: '↻',
  rule: '─',
  arrow: '→',
  levels: ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'],
  status: {
    pending: '○',
    running: '▶',
    completed: '✔',
    failed: '✖',
    cancelled: '⊘',
    timeout: '◷',
    skipped: '⤼',
  },
};

const ASCII: Glyphs = {
  ellipsis: '...',
  dot: '-',
  micro: 'us',
  times: 'x',
  critical: '*',
  branch: '`',
  run: '#',
  phase: '=',
  queue: '-',
  rateLimit: '~',
  backoff: '.',
  failed: 'x',
  sleep: 'z',
  open: '>',
  retry: 'retry ',
  rule: '-',
  arrow: '->',
  levels: ['.', '.', ':', ':', '+', '+', '#', '#'],
  status: {
    pending: 'o',
    running: '>',
    completed: '+',
    failed: 'x',
    cancelled: '/',
    timeout: 't',
    skipped: '~',
  },
};

/** Everything that a section needs to write itself: colours that may be off, glyphs, and harmless names. */
export interface Style {
  readonly columns: number;
  readonly glyph: Glyphs;
  readonly bold: Paint;
  readonly dim: Paint;
  readonly red: Paint;
  readonly yellow: Paint;
  readonly green: Paint;
  readonly blue: Paint;
  readonly magenta: Paint;
  readonly cyan: Paint;
  /** The colour of a node, the same wherever its key occurs. */
  readonly node: (key: string) => Paint;
  readonly status: (status: Status) => Paint;
  /** A text from outside, harmless and cut to a width. */
  readonly clean: (text: string, width?: number) => string;
  /** A duration for people, in this terminal's characters. */
  readonly duration: (ms: number) => string;
  readonly heading: (title: string, note?: string) => string;
}

/** FNV-1a: spreads keys over the colours, the same in every run. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return value;
}

/** No colour. */
const plain: Paint = (text) => text;

/** The style for a terminal. */
export function styleOf(terminal: Terminal): Style {
  const colours = pc.createColors(terminal.colour);
  const glyph = terminal.unicode ? UNICODE : ASCII;
  const { bold, dim, red, yellow, green, blue, magenta, cyan } = colours;
  // Red is for failures and grey for waits, so nodes have the others.
  const nodePaints: readonly Paint[] = [
    cyan,
    green,
    blue,
    magenta,
    yellow,
    colours.cyanBright,
    colours.greenBright,
    colours.blueBright,
    colours.magentaBright,
    colours.yellowBright,
  ];
  const statusPaint: Readonly<Record<Status, Paint>> = {
    pending: dim,
    running: cyan,
    completed: green,
    failed: red,
    timeout: red,
    cancelled: yellow,
    skipped: dim,
  };
  const clean = (text: string, width?: number): string => {
    const safe = harmless(text, terminal.unicode);
    return width === undefined ? safe : truncate(safe, width, glyph.ellipsis);
  };
  return {
    columns: terminal.columns,
    glyph,
    bold,
    dim,
    red,
    yellow,
    green,
    blue,
    magenta,
    cyan,
    node: (key) => nodePaints[hash(key) % nodePaints.length] ?? plain,
    status: (status) => statusPaint[status],
    clean,
    duration: (ms) => quantity.duration(ms, glyph.micro),
    heading: (title, note = '') => bold(title) + (note === '' ? '' : `  ${dim(note)}`),
  };
}
