import type { JsonObject } from '../../json.ts';
import { NONE } from '../../trace/trace.ts';
import type { Draft } from './draft.ts';
import { argsOf, joinedId, labelOf, metadataOf } from './fields.ts';
import { closeOpen } from './stacks.ts';
import type { Tracks } from './tracks.ts';

interface Mark {
  readonly phase: string;
  readonly time: number;
  readonly name: string;
  /** The slice that a begin opened. */
  readonly row: number;
  readonly args: JsonObject | null;
}

interface Group {
  readonly label: string;
  readonly marks: Mark[];
}

/** Whether a phase belongs to an asynchronous slice: nestable (`b`, `n`, `e`) or of the older kind (`S`, `T`, `p`, `F`). */
export function isAsyncPhase(phase: string): boolean {
  return phase.length === 1 && 'bneSTpF'.includes(phase);
}

/**
 * Collects asynchronous slices. Events of one category and id (and scope) form a group with a track of its own, in which
 * slices nest by their begins and ends. The older kind is joined by its name too, and does not nest.
 */
export class AsyncSlices {
  readonly #groups = new Map<string, Group>();
  readonly #draft: Draft;
  readonly #tracks: Tracks;

  constructor(draft: Draft, tracks: Tracks) {
    this.#draft = draft;
    this.#tracks = tracks;
  }

  add(event: JsonObject, phase: string, time: number): void {
    const name = labelOf(event['name']);
    const category = labelOf(event['cat']);
    const isNestable = phase === 'b' || phase === 'n' || phase === 'e';
    const label = [category, isNestable ? '' : name, joinedId(event)].filter((part) => part !== '').join(' ');
    const key = `${isNestable ? 'async' : 'legacy'}\u0000${label}`;
    let group = this.#groups.get(key);
    if (group === undefined) {
      group = { label, marks: [] };
      this.#groups.set(key, group);
    }
    let row = NONE;
    if (phase === 'b' || phase === 'S') {
      row = this.#draft.add(name || '(unnamed)', this.#tracks.groupOf(label).index, time, Number.NaN);
      this.#draft.stacked[row] = 1;
      const metadata = metadataOf(event);
      if (metadata !== null) this.#draft.metadata.set(row, metadata);
    }
    group.marks.push({ phase, time, name, row, args: argsOf(event) });
  }

  /** Pairs the begins and ends of every group. @param last when slices without an end are ended */
  finish(last: number): void {
    for (const { label, marks } of this.#groups.values()) {
      const open: Mark[] = [];
      const names = new Map<string, number>();
      for (const mark of marks.toSorted((a, b) => a.time - b.time)) this.#apply(mark, label, open, names);
      for (const mark of open) closeOpen(this.#draft, mark.row, last);
    }
  }

  #apply(mark: Mark, label: string, open: Mark[], names: Map<string, number>): void {
    const draft = this.#draft;
    switch (mark.phase) {
      case 'b':
      case 'S':
        draft.parent[mark.row] = mark.phase === 'b' ? (open.at(-1)?.row ?? NONE) : NONE;
        open.push(mark);
        names.set(mark.name, (names.get(mark.name) ?? 0) + 1);
        return;
      case 'e':
      case 'F':
        this.#close(mark, label, open, names);
        return;
      default: {
        const row = open.at(-1)?.row ?? NONE;
        const { time, args: metadata } = mark;
        draft.instants.push({ time, label: mark.name, type: 'info', row, question: NONE, metadata });
      }
    }
  }

  /** Ends the innermost slice of the end's name; those inside it that have no end of their own end with it. */
  #close(mark: Mark, label: string, open: Mark[], names: Map<string, number>): void {
    if (open.length === 0 || (mark.name !== '' && (names.get(mark.name) ?? 0) === 0)) {
      this.#draft.warnings.add('unopened_span', `end of "${mark.name}" at ${mark.time} us in ${label}`);
      return;
    }
    for (let top = open.pop(); top !== undefined; top = open.pop()) {
      names.set(top.name, (names.get(top.name) ?? 0) - 1);
      if (mark.name === '' || top.name === mark.name) {
        this.#draft.end[top.row] = mark.time;
        this.#draft.addArguments(top.row, mark.args);
        return;
      }
      closeOpen(this.#draft, top.row, mark.time);
    }
  }
}
