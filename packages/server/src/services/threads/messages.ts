import type {
  AlertRule,
  AlertState,
  AlertStep,
  CompareTracesOptions,
  EndedRun,
  ExecutionInfo,
  FlameChartCut,
  HistoryFinding,
  HotspotOptions,
  MergedRunsView,
  Micros,
  OtlpRead,
  PriceTable,
  Projection,
  TraceEvent,
  Warning,
  RunPrediction,
  WhatIfChange,
} from '@flowprof/model';
import type { KeptSummary, PackedTrace } from '@flowprof/store';
import type { MadeTrace, MakingWork } from '../otlp/making.ts';
import type { MadeRun, RunWork, SealedPayload } from '../temporal/making.ts';
import type { ApiErrorCode, ApiErrorParts } from '../../http/errors.ts';
import type { WhatIfRefusal, WhatIfWork } from '../what-if/answer.ts';
import type { Batch, CallbackEncoding } from '../callbacks/batch.ts';
import type { OtlpEncoding } from '../otlp/encoding.ts';
import type { PackedRun } from '../history/packed-runs.ts';
import type { HistoryAnswer, HistoryQuestion } from '../history/questions.ts';

/** What a thread is asked to do. A file that was read stays with the thread until the next one or its end. */
export type Work =
  | {
      readonly type: 'read_file';
      readonly path: string;
      readonly format: string;
      readonly fileName: string | null;
      readonly maxBytes: number;
      readonly maxExecutions: number;
    }
  /** The next batch of events of an execution in the file; from its first one on. */
  | { readonly type: 'next_events'; readonly position: number }
  | { readonly type: 'pack'; readonly position: number }
  /** `now`, here and below: how far an execution that still runs has come; null for one that does not. */
  | {
      readonly type: 'flame_chart';
      readonly trace: PackedTrace;
      readonly executionId: string;
      readonly cut: FlameChartCut;
      readonly now: Micros | null;
    }
  | {
      readonly type: 'profile';
      readonly trace: PackedTrace;
      readonly history: HistoryFinding | null;
      readonly prices: PriceTable | null;
      readonly now: Micros | null;
    }
  | { readonly type: 'profile_csv'; readonly trace: PackedTrace; readonly now: Micros | null }
  | {
      readonly type: 'hotspots';
      readonly trace: PackedTrace;
      readonly options: HotspotOptions;
      readonly now: Micros | null;
    }
  /** Adds an execution to those that the thread merges; the first begins anew. */
  | { readonly type: 'merge_run'; readonly trace: PackedTrace; readonly isFirst: boolean }
  /** What was merged. */
  | { readonly type: 'merged_runs'; readonly blocks: number }
  /** What is kept of an execution to compare it with others. */
  | { readonly type: 'summary'; readonly trace: PackedTrace }
  /** When an execution that runs will probably end. */
  | {
      readonly type: 'projection';
      readonly trace: PackedTrace;
      readonly history: readonly PackedRun[];
      readonly now: Micros;
    }
  | { readonly type: 'what_if'; readonly trace: PackedTrace; readonly ask: WhatIfWork }
  /** What one run would have taken with some changes. */
  | { readonly type: 'predict_run'; readonly trace: PackedTrace; readonly changes: readonly WhatIfChange[] }
  | {
      readonly type: 'compare';
      readonly before: PackedTrace;
      readonly after: PackedTrace;
      readonly options: CompareTracesOptions;
    }
  /** What executions of a workflow tell together. */
  | {
      readonly type: 'history';
      readonly question: HistoryQuestion;
      readonly runs: readonly PackedRun[];
      readonly more: readonly PackedRun[];
    }
  /** Judges an execution that has ended by an alert rule. */
  | { readonly type: 'judge_end'; readonly rule: AlertRule; readonly state: AlertState; readonly run: EndedRun }
  /** A file of a format of `EXPORT_FORMATS`. */
  | { readonly type: 'export'; readonly trace: PackedTrace; readonly format: string; readonly now: Micros | null }
  | ({ readonly type: 'make_traces' } & MakingWork)
  /** An execution of a Temporal run. */
  | { readonly type: 'make_run'; readonly run: RunWork }
  /** What in histories only a codec server can read; for each its parts. */
  | { readonly type: 'sealed_payloads'; readonly histories: readonly (readonly Uint8Array[])[] }
  /** A request of OpenTelemetry's exporters. */
  | { readonly type: 'read_spans'; readonly bytes: Uint8Array; readonly encoding: OtlpEncoding }
  /** A batch of an engine's callbacks. */
  | {
      readonly type: 'read_callbacks';
      readonly bytes: Uint8Array;
      readonly encoding: CallbackEncoding;
      readonly maxItems: number;
    };

/** An execution in a file. */
export interface FileExecution {
  readonly executionId: string;
  readonly info: ExecutionInfo;
  /** As the source states it, else up to the end of its last span; null when it has not ended. */
  readonly duration: Micros | null;
  readonly spanCount: number;
  readonly warnings: readonly Warning[];
}

export type Result =
  | { readonly type: 'executions'; readonly items: readonly FileExecution[] }
  /** Null after the last batch. */
  | { readonly type: 'events'; readonly batch: readonly TraceEvent[] | null }
  | { readonly type: 'packed'; readonly trace: PackedTrace }
  | { readonly type: 'made'; readonly traces: readonly MadeTrace[] }
  | { readonly type: 'made_run'; readonly made: MadeRun }
  | { readonly type: 'sealed'; readonly payloads: readonly SealedPayload[] }
  | { readonly type: 'prediction'; readonly run: RunPrediction | null }
  /** A change that cannot be made. */
  | { readonly type: 'impossible'; readonly refusal: WhatIfRefusal }
  /** JSON, or another text, in UTF-8. */
  | { readonly type: 'json'; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly type: 'merging' }
  | { readonly type: 'merged'; readonly view: MergedRunsView }
  | { readonly type: 'summary'; readonly kept: KeptSummary }
  | { readonly type: 'history'; readonly answer: HistoryAnswer }
  | { readonly type: 'judged'; readonly step: AlertStep }
  | { readonly type: 'projection'; readonly projection: Projection }
  | { readonly type: 'file'; readonly bytes: Uint8Array<ArrayBuffer> }
  /** The execution cannot be written in the format; the reason is one line for a person. */
  | { readonly type: 'unwritable'; readonly reason: string }
  /** The file cannot be read; the reason is one line for a person. */
  | { readonly type: 'unreadable'; readonly tooLarge: boolean; readonly reason: string }
  /** Secrets are struck out of them. */
  | { readonly type: 'spans'; readonly read: OtlpRead }
  | { readonly type: 'callbacks'; readonly batch: Batch }
  /** What a client is told of a request that cannot be read. */
  | {
      readonly type: 'refused';
      readonly code: ApiErrorCode;
      readonly message: string;
      readonly members: Readonly<Record<string, number | string>>;
      readonly errors?: ApiErrorParts['errors'];
    }
  | { readonly type: 'fault'; readonly error: unknown };
