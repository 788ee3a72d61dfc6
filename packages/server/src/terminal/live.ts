import { isTerminal, type Micros, type TraceEvent } from '@flowprof/model';

import { LiveState, type Change, type LiveNode } from './live-state.ts';
import { countOf } from './quantity.ts';
import { styleOf, type Style } from './style.ts';
import type { Terminal } from './terminal.ts';
import { padEnd, padStart, widthOf } from './text.ts';

const MAX_RUNNING = 10;
const MAX_WAITS = 3;
const BAR_WIDTH = 24;

/** How many times a node was tried, where that is more than once; the mark is the one of the timeline. */
function attemptsMark(retryCount: number, style: Style): string {
  return retryCount > 0 ? ` ${style.glyph.retry}${retryCount + 1}` : '';
}

/** How far a loop is, where the node is one. */
function itemsMark({ items }: LiveNode): string {
  return items === null ? '' : ` ${items.done}/${items.total}`;
}

function changeLine(change: Change, style: Style): string {
  const { node, status, at, took, retryCount, reason } = change;
  const time = padStart(style.duration(at / 1000), 10);
  const state = style.status(status)(padEnd(`${style.glyph.status[status]} ${status}`, 12));
  const retries = style.yellow(attemptsMark(retryCount, style));
  const length = took === null ? '' : `  ${style.dim(style.duration(took))}`;
  const why = reason === null ? '' : `  ${style.clean(reason, 200)}`;
  return `${style.dim(time)}  ${state} ${style.clean(node.label, 60)}${itemsMark(node)}${retries}${length}${why}\n`;
}

function runningLine(node: LiveNode, elapsed: number, style: Style): string {
  const time = padStart(style.duration((elapsed - node.since) / 1000), 10);
  const marks = `${itemsMark(node)}${attemptsMark(node.retryCount, style)}`;
  const name = style.clean(node.label, style.columns - 18 - widthOf(marks));
  return `  ${style.cyan(style.glyph.status.running)} ${style.node(node.key)(name)}${style.yellow(marks)}  ${style.dim(time)}`;
}

/** The longest waits so far, by what for, in one line. */
function waitLine({ waits }: LiveState, style: Style): string[] {
  const longest = [...waits].sort((a, b) => b[1] - a[1]).slice(0, MAX_WAITS);
  if (longest.length === 0) return [];
  const texts = longest.map(([cause, micros]) => `${cause} ${style.duration(micros / 1000)}`);
  return [style.dim(`  ${style.clean(`waited for ${texts.join(', ')}`, style.columns - 4)}`)];
}

function viewLines(state: LiveState, elapsed: number, style: Style): string[] {
  const { done, total } = state;
  // What only contains others says nothing of its own; a loop says how far it is.
  const running = [...state.running].filter(({ isContainer, items }) => !isContainer || items !== null);
  const filled = total === 0 ? 0 : Math.round((done / total) * BAR_WIDTH);
  const bar = style.green(style.glyph.run.repeat(filled)) + style.dim(style.glyph.rule.repeat(BAR_WIDTH - filled));
  const more = running.length - MAX_RUNNING;
  return [
    `${bar} ${done}/${total} nodes  ${style.duration(elapsed / 1000)}`,
    ...running.slice(0, MAX_RUNNING).map((node) => runningLine(node, elapsed, style)),
    ...(more > 0 ? [style.dim(`  ${style.glyph.ellipsis} and ${countOf(more, 'node')} more`)] : []),
    ...waitLine(state, style),
  ];
}

/** Whether a change is worth a line: of what is inside a loop, only what did not go well. */
function isTold({ node, status, retryCount }: Change): boolean {
  return node.iteration === null || retryCount > 0 || status === 'failed' || status === 'timeout';
}

/**
 * Shows a run while it runs. On an interactive terminal it is a view of a few lines that is drawn again and again and
 * leaves nothing behind; elsewhere a line for every change of a node's state, and of a
 * loop for every tenth of its items and what did not go well in them.
 */
export class LiveView {
  readonly #state = new LiveState();
  readonly #terminal: Terminal;
  readonly #write: (text: string) => void;
  readonly #style: Style;
  #drawn = 0;

  constructor(terminal: Terminal, write: (text: string) => void) {
    this.#terminal = terminal;
    this.#write = write;
    this.#style = styleOf(terminal);
  }

  /** Takes what the run has said since the last time. */
  apply(batch: readonly TraceEvent[]): void {
    for (const event of batch) {
      const change = this.#state.apply(event);
      if (!change || this.#terminal.interactive) continue;
      if (isTold(change)) this.#write(changeLine(change, this.#style));
      this.#tellLoop(change);
    }
  }

  /** A line for every tenth of a loop. */
  #tellLoop({ node, at }: Change): void {
    const loop = node.parent;
    if (!isTerminal(node.status) || !loop?.items || loop.iteration !== null) return;
    const { done, total } = loop.items;
    const tenth = Math.max(1, Math.floor(total / 10));
    if (done === total || done % tenth !== 0) return;
    this.#write(
      changeLine({ node: loop, status: loop.status, at, took: null, retryCount: 0, reason: null }, this.#style),
    );
  }

  /** Draws the view again, on an interactive terminal. `elapsed` is the time since the run started. */
  draw(elapsed: Micros): void {
    if (!this.#terminal.interactive) return;
    const lines = viewLines(this.#state, elapsed, this.#style);
    this.#write(`${this.#eraser()}${lines.join('\n')}\n`);
    this.#drawn = lines.length;
  }

  /** Takes the view away. */
  clear(): void {
    if (this.#drawn > 0) this.#write(this.#eraser());
    this.#drawn = 0;
  }

  /** Goes to the first line that was drawn and erases from there on. */
  #eraser(): string {
    return this.#drawn === 0 ? '' : `\u001b[${this.#drawn}A\u001b[0J`;
  }
}
