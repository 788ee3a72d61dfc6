import type { JsonObject } from '../../json.ts';
import { NONE, type SpanLinks } from '../../trace/trace.ts';
import type { Draft } from './draft.ts';
import { joinedId, labelOf } from './fields.ts';
import type { SliceLookup } from './lookup.ts';

interface Point {
  readonly phase: 's' | 't' | 'f';
  readonly time: number;
  /** A question of the lookup, or `NONE` where the row is known. */
  readonly question: number;
  readonly row: number;
}

/**
 * Collects flow events, which draw arrows from slice to slice: `s` starts one, `t` goes on, `f` ends it. They bind to the
 * slice around them, except that `f` without `bp: "e"` binds to the next slice of its thread. Slices may name a flow
 * themselves too (`bind_id` with `flow_out` and `flow_in`).
 */
export class Flows {
  readonly #byKey = new Map<string, Point[]>();
  readonly #lookup: SliceLookup;

  constructor(lookup: SliceLookup) {
    this.#lookup = lookup;
  }

  add(event: JsonObject, phase: 's' | 't' | 'f', track: number, time: number): void {
    const key = `${labelOf(event['cat'])}\u0000${labelOf(event['name'])}\u0000${joinedId(event)}`;
    const binding = phase === 'f' && event['bp'] !== 'e' ? 'next' : 'around';
    this.#push(key, { phase, time, question: this.#lookup.ask(track, time, binding), row: NONE });
  }

  /** Takes what a slice itself says of flows. */
  addSlice(event: JsonObject, row: number, time: number): void {
    const id = labelOf(event['bind_id']);
    if (id === '') return;
    const isIn = event['flow_in'] === true;
    const isOut = event['flow_out'] === true;
    if (!isIn && !isOut) return;
    const phase = isIn ? (isOut ? 't' : 'f') : 's';
    this.#push(`bind\u0000${labelOf(event['cat'])}\u0000${id}`, { phase, time, question: NONE, row });
  }

  /** The arrows, once the lookup is resolved. Points that no arrow can be drawn from or to are counted. */
  finish(draft: Draft): SpanLinks {
    const from: number[] = [];
    const to: number[] = [];
    const link = (a: number, b: number) => {
      if (a === b) return;
      from.push(a);
      to.push(b);
    };
    for (const points of this.#byKey.values()) {
      let source = NONE;
      let early: number[] = [];
      for (const point of points.toSorted((a, b) => a.time - b.time)) {
        const row = point.question === NONE ? point.row : this.#lookup.answer(point.question);
        if (row === NONE) {
          draft.warnings.add('unbound_link', `"${point.phase}" at ${point.time} us lies in no slice`);
          continue;
        }
        if (point.phase === 's') {
          for (const target of early) link(row, target); // clocks of two devices may disagree
          early = [];
        } else if (source === NONE) early.push(row);
        else link(source, row);
        if (point.phase !== 'f') source = row;
      }
      for (const target of early) draft.warnings.add('unbound_link', `nothing leads to "${draft.nameAt(target)}"`);
    }
    return { from: Int32Array.from(from), to: Int32Array.from(to) };
  }

  #push(key: string, point: Point): void {
    const points = this.#byKey.get(key);
    if (points === undefined) this.#byKey.set(key, [point]);
    else points.push(point);
  }
}
