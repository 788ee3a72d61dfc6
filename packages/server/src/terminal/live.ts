import { isTerminal, ZERO, type Micros, type Status, type TraceEvent } from '@flowprof/model';

import { countOf } from './quantity.ts';
import { styleOf, type Style } from './style.ts';
import type { Terminal } from './terminal.ts';
import { padEnd, padStart, widthOf } from './text.ts';

const MAX_RUNNING = 10;
const BAR_WIDTH = 24;

interface LiveNode {
  readonly key: string;
  readonly name: string;
  status: Status;
  since: Micros;
  retryCount: number;
}

/** A change of a node's state, as a line tells it. */
interface Change {
  readonly node: LiveNode;
  readonly status: Status;
  readonly at: Micros;
  readonly took: number | null;
  readonly retryCount: number;
  readonly reason: string | null;
}

/** How many times a node was tried, where that is more than once; the mark is the one of the timeline. */
function attemptsMark(retryCount: number, style: Style): string {
  return retryCount > 0 ? ` ${style.glyph.retry}${retryCount + 1}` : '';
}

/** What is known of a run while it runs, from its events. */
class LiveState {
  readonly nodes = new Map<string, LiveNode>();

  /** Takes an event; returns the change that it makes, if any. */
  apply(event: TraceEvent): Change | null {
    if (event.type === 'node_declared') {
      const { key, name } = event.node;
      this.nodes.set(key, { key, name, status: 'pending', since: ZERO, retryCount: 0 });
      return null;
    }
    if (event.type !== 'node_state') return null;
    const { nodeKey, status, at, retryCount, error } = event.state;
    const node = this.nodes.get(nodeKey);
    if (!node || (node.status === status && node.retryCount === retryCount)) return null;
    const took = isTerminal(status) && node.status === 'running' ? (at - node.since) / 1000 : null;
    if (node.status !== status) node.since = at;
    node.status = status;
    node.retryCount = retryCount;
    return { node, status, at, took, retryCount, reason: error?.message ?? null };
  }
}

function changeLine(change: Change, style: Style): string {
  const { node, status, at, took, retryCount, reason } = change;
  const time = padStart(style.duration(at / 1000), 10);
  const state = style.status(status)(padEnd(`${style.glyph.status[status]} ${status}`, 12));
  const retries = style.yellow(attemptsMark(retryCount, style));
  const length = took === null ? '' : `  ${style.dim(style.duration(took))}`;
  const why = reason === null ? '' : `  ${style.clean(reason, 200)}`;
  return `${style.dim(time)}  ${state} ${style.clean(node.name, 60)}${retries}${length}${why}\n`;
}

function viewLines(nodes: readonly LiveNode[], elapsed: number, style: Style): string[] {
  const done = nodes.filter((node) => isTerminal(node.status)).length;
  const running = nodes.filter((node) => node.status === 'running');
  const filled = nodes.length === 0 ? 0 : Math.round((done / nodes.length) * BAR_WIDTH);
  const bar = style.green(style.glyph.run.repeat(filled)) + style.dim(style.glyph.rule.repeat(BAR_WIDTH - filled));
  const head = `${bar} ${done}/${nodes.length} nodes  ${style.duration(elapsed / 1000)}`;
  const rows = running.slice(0, MAX_RUNNING).map((node) => {
    const time = padStart(style.duration((elapsed - node.since) / 1000), 10);
    const retries = attemptsMark(node.retryCount, style);
    const name = style.clean(node.name, style.columns - 18 - widthOf(retries));
    return `  ${style.cyan(style.glyph.status.running)} ${style.node(node.key)(name)}${style.yellow(retries)}  ${style.dim(time)}`;
  });
  const more = running.length - rows.length;
  return [
    head,
    ...rows,
    ...(more > 0 ? [style.dim(`  ${style.glyph.ellipsis} and ${countOf(more, 'node')} more`)] : []),
  ];
}

/**
 * Shows a run while it runs. On an interactive terminal it is a view of a few lines that is drawn again and again and
 * leaves nothing behind; elsewhere a line for every change of a node's state.
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
      if (change && !this.#terminal.interactive) this.#write(changeLine(change, this.#style));
    }
  }

  /** Draws the view again, on an interactive terminal. `elapsed` is the time since the run started. */
  draw(elapsed: Micros): void {
    if (!this.#terminal.interactive) return;
    const lines = viewLines([...this.#state.nodes.values()], elapsed, this.#style);
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
