import { MAX_SPANS } from '@flowprof/model';
import type { KeptTrace, MadeExecution, TenantStore, TracedExecution } from '@flowprof/store';
import type { MadeTrace, MakingWork, TraceWork } from './making.ts';
import type { DueTrace } from './waiting.ts';

/** A trace of which an execution is made, or made again. */
export interface Piece {
  readonly due: DueTrace;
  /** The execution that its spans belong to; null where there is none. */
  readonly known: TracedExecution | null;
  /** Spans that are too many for the execution. */
  readonly refused: number;
}

const NOTHING: KeptTrace = { segments: [], own: null, isClosed: false, refused: 0 };

/** An execution of more spans than this, in more segments than so many of them want, gets them as its own. */
const SEGMENTS_AT_LEAST = 32;
const SPANS_A_SEGMENT = 2000;

/** Whether spans of a trace are told to an execution that was not made of them. */
export function isJoin({ known }: Piece): boolean {
  return known !== null && known.made === null;
}

export function pieceOf(due: DueTrace, known: TracedExecution | null): Piece {
  const before = known?.made?.spanCount ?? 0;
  const isTooMany = before > 0 && before + due.spans > MAX_SPANS;
  return { due, known, refused: isTooMany ? due.spans : 0 };
}

/** Where all spans of a piece are that are kept. */
function keptOf({ due, known, refused }: Piece): KeptTrace {
  const before = known?.made?.kept ?? NOTHING;
  const fresh = refused > 0 ? [] : due.segments.filter((id) => !before.segments.includes(id));
  return { ...before, segments: [...before.segments, ...fresh], refused: before.refused + refused };
}

function isScattered({ segments }: KeptTrace, spans: number): boolean {
  return segments.length > SEGMENTS_AT_LEAST + spans / SPANS_A_SEGMENT;
}

/** What is made at once: the pieces, and the work that a thread is given. */
export class Batch {
  readonly pieces: readonly Piece[];
  readonly #kept: readonly KeptTrace[];

  constructor(pieces: readonly Piece[]) {
    this.pieces = pieces;
    this.#kept = pieces.map((piece) => (isJoin(piece) ? { ...NOTHING, segments: piece.due.segments } : keptOf(piece)));
  }

  /** Reads what the thread needs. */
  async work({ otlp }: TenantStore): Promise<MakingWork> {
    const ids = [...new Set(this.#kept.flatMap(({ segments }) => segments))];
    const found = await otlp.readSegments(ids);
    const segments = found.map(({ data }) => data);
    const positions = new Map(found.map(({ id }, at) => [id, at]));
    const traces = this.pieces.map((piece, i): TraceWork => {
      const kept = this.#kept[i] ?? NOTHING;
      const places = kept.segments.flatMap((id) => positions.get(id) ?? []);
      if (kept.own !== null) places.unshift(segments.push(kept.own) - 1);
      const spans = (piece.known?.made?.spanCount ?? 0) + piece.due.spans;
      return {
        traceId: piece.due.traceId,
        segments: places,
        isClosed: kept.isClosed,
        refused: kept.refused,
        wanted: isJoin(piece) ? 'spans' : 'nodes',
        isGathered: isScattered(kept, spans),
      };
    });
    return { segments, traces };
  }

  /** The execution that a piece becomes. */
  execution(i: number, made: MadeTrace, hasRows: boolean): MadeExecution {
    const { known, due } = this.pieces[i] ?? { known: null, due: null };
    const kept = this.#kept[i] ?? NOTHING;
    const { info, duration, warnings, spanCount, events, own } = made;
    const isNamed = made.hasRoot || kept.isClosed;
    const workflow = isNamed ? (info.workflow ?? info.name) : null;
    return {
      id: known?.id ?? executionIdOf(due?.traceId ?? ''),
      traceId: made.traceId,
      before: known?.made?.version ?? null,
      workflow: workflow === null ? null : workflow.slice(0, MAX_NAME) || 'unnamed',
      name: info.name === workflow ? null : info.name.slice(0, MAX_NAME),
      status: info.status,
      startedAt: info.startedAt,
      duration,
      error: info.error,
      sourceFormat: info.sourceFormat,
      concurrency: info.concurrency,
      warnings: Object.fromEntries(warnings.map(({ code, example }) => [code, example])),
      spanCount,
      kept: own === null ? kept : { ...kept, segments: [], own },
      nodes: events,
      hasRows,
    };
  }
}

/** The longest name, in characters. */
const MAX_NAME = 500;

/** The id of the execution that is made of a trace. */
function executionIdOf(traceId: string): string {
  return traceId.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
