export * from './units.ts';
export * from './json.ts';
export * from './clock.ts';
export * from './ids.ts';
export * from './trace/status.ts';
export * from './trace/containers.ts';
export * from './trace/phases.ts';
export * from './trace/trace.ts';
export { callersOf, instanceLabel, instanceName, spanLabelAt } from './trace/labels.ts';
export * from './trace/events.ts';
export type * from './trace/journal.ts';
export * from './trace/warnings.ts';
export * from './trace/builder.ts';
export * from './trace/tree.ts';
export * from './trace/ends.ts';
export * from './trace/assemble.ts';
export * from './trace/replay.ts';
export * from './steps.ts';
export { Attributes, type AnyValue, type KeyValue } from './otlp/attributes.ts';
export * from './otlp/columns.ts';
export { executionsOf, OtlpExecutions, type ExecutionsOptions } from './otlp/executions.ts';
export { OtlpJsonReader, readOtlpJson, type OtlpRead } from './otlp/json.ts';
export { mergeOtlp, OtlpMerger } from './otlp/merge.ts';
export { packOtlp, traceIdsOfSegment, unpackOtlp } from './otlp/pack.ts';
export { readOtlpProtobuf, readOtlpProtobufInSteps } from './otlp/protobuf.ts';
export * from './otlp/rejections.ts';
export { OtlpTexts, replaceStrings, type OtlpStrings } from './otlp/strings.ts';
export { errorIn } from './otlp/tags.ts';
export { isTemporalSpan, mayNameTemporalRuns, temporalRunIn } from './otlp/temporal-runs.ts';
export * from './otlp/workflow-span.ts';
export { decodeTrace, decodeTraceInSteps, encodeTrace, encodeTraceInSteps } from './formats/arrow.ts';
export { packPieces, unpackPieces } from './formats/pieces.ts';
export { isGzip } from './formats/gunzip.ts';
export { MetadataPool } from './formats/metadata-pool.ts';
export { TraceFileError, TRACE_FILE_ERROR_CODES, type TraceFileErrorCode } from './formats/errors.ts';
export * from './analysis/analyse.ts';
export * from './analysis/profile.ts';
export type * from './analysis/profile-path.ts';
export type * from './analysis/profile-nodes.ts';
export { buildLeafGraph, leafId, type LeafGraph } from './analysis/leaf-graph.ts';
export type { Leaves } from './analysis/leaves.ts';
export type { Measures } from './analysis/measures.ts';
export type { DependencyPath } from './analysis/dependency-path.ts';
export { DEFAULT_OVERLAP_TOLERANCE, type OverlapTolerance, type SpanPath } from './analysis/span-path.ts';
export { slackOfLeaf, slackOfSpan, type Slack, type SlackAndDrag } from './analysis/slack.ts';
export type { AccountedSegment, Accounting } from './analysis/accounting.ts';
export { waitReasonOf, type WaitReason } from './analysis/wait-reasons.ts';
export type { WaitFinding } from './analysis/waits.ts';
export type { Bottleneck } from './analysis/bottlenecks.ts';
export { costOf, type Cost } from './analysis/cost/cost.ts';
export type { PriceTable } from './analysis/cost/prices.ts';
export type { Usage } from './analysis/cost/usage.ts';
export {
  compareAnalyses,
  compareTraces,
  type CompareTracesOptions,
  type ComparedExecution,
  type ComparedNode,
  type Comparison,
  type ComparisonOptions,
  type ComparisonPart,
} from './analysis/compare/comparison.ts';
export { workflowCost, type WorkflowCost } from './analysis/cost/workflow-cost.ts';
export { buildProfileCsv, profileCsvHeader } from './analysis/profile-csv.ts';
export { compareGroups, type GroupComparison, type GroupPart } from './analysis/compare/groups.ts';
export type { StructureChange } from './analysis/compare/structure-changes.ts';
export type { TimeChange } from './analysis/compare/time-change.ts';
export { nodeAccounts, type CauseTimes, type NodeAccount } from './analysis/node-accounts.ts';
export {
  MAX_SUMMARY_NODES,
  RUN_SUMMARY_VERSION,
  summariseRun,
  sumOf,
  type HistoryRun,
  type NodeSummary,
  type RunSummary,
  type SparseCauses,
} from './analysis/history/run-summary.ts';
export {
  pathFrequency,
  type PathFrequency,
  type PathFrequencyNode,
  type PathFrequencyOptions,
  type PathFrequencyPath,
} from './analysis/history/path-frequency.ts';
export { readRunSummary } from './analysis/history/read-summary.ts';
export {
  historyView,
  makespanBands,
  type BandsView,
  type CausesView,
  type HistoryRunView,
  type HistoryView,
  type NodeHistoryView,
  type NodeRunView,
} from './analysis/history/history-view.ts';
export {
  attribute,
  type Attribution,
  type AttributionView,
  type CauseDifference,
  type CauseGroup,
  type NodeDifference,
} from './analysis/history/attribution.ts';
export type { LevelShift, LevelShiftView } from './analysis/history/level-shift.ts';
export {
  detectRegression,
  regressionView,
  type NodeShift,
  type RegressionOptions,
  type RegressionReference,
  type RegressionReport,
  type RegressionRule,
  type RegressionVerdict,
  type RegressionView,
} from './analysis/history/regression.ts';
export {
  regressionEventView,
  UNWATCHED,
  watchRegression,
  type RaisedRegression,
  type RegressionEvent,
  type RegressionEventView,
  type RegressionWatch,
  type WatchOptions,
} from './analysis/history/watch.ts';
export {
  changePointsView,
  findChangePoints,
  type ChangePoint,
  type ChangePointOptions,
  type ChangePoints,
  type ChangePointsView,
  type Level,
} from './analysis/history/change-points.ts';
export {
  anomaliesView,
  findAnomalies,
  type AnomalyOptions,
  type NodeAnomaly,
  type RunStanding,
  type RunStandingView,
  type Standing,
  type StandingView,
} from './analysis/history/anomalies.ts';
export {
  cohortsView,
  compareCohorts,
  type CohortComparison,
  type CohortSplit,
  type CohortSplitView,
  type CohortsView,
  type FailingNode,
  type LabelCorrelation,
  type LabelDifference,
} from './analysis/history/cohorts.ts';
export {
  deadlineRisk,
  noProjection,
  projectFinish,
  projectionView,
  type Blocker,
  type NoProjection,
  type Projection,
  type ProjectionView,
} from './analysis/history/projection.ts';
export type { Hotspot, Hotspots, SpanHotspot } from './analysis/hotspots/hotspots.ts';
export { buildHotspots, type HotspotOptions, type HotspotReport } from './analysis/hotspots/report.ts';
export { groupNodes, type NodeGroups } from './analysis/node-groups.ts';
export type { Sandwich, SandwichNode, SandwichTree } from './analysis/hotspots/sandwich.ts';
export {
  childrenOf,
  nodeBlocks,
  weightsOf,
  type MergedBase,
  type MergedChildren,
  type MergedGraph,
  type Presence,
} from './analysis/merge/merged-graph.ts';
export { mergeSpans, type MergedSpans } from './analysis/merge/merge-spans.ts';
export { mergedNames, type MergedName } from './analysis/merge/merged-names.ts';
export { mergedSandwich, type MergedSandwich, type SandwichGraph } from './analysis/merge/merged-sandwich.ts';
export { graphOfDifference } from './analysis/merge/difference-graph.ts';
export { RunMerger, type MergedRunsView } from './analysis/merge/run-merger.ts';
export type { RetryFinding, RetryVerdict } from './analysis/retries.ts';
export {
  needsOf,
  type AlertCondition,
  type AlertKind,
  type AlertRule,
  type EndedRun,
  type RunUnderWay,
} from './analysis/alerts/rule.ts';
export { narrowEnd } from './analysis/alerts/observe.ts';
export {
  alertSentence,
  evaluateEnd,
  evaluateUnderWay,
  FRESH_ALERT,
  isOfThePast,
  type AlertState,
  type AlertStatus,
  type AlertStep,
  type AlertTransition,
} from './analysis/alerts/state.ts';
export type { HistoryFinding, Insight, Severity } from './analysis/insights/insight.ts';
export { FINDING_RUNS, historyFinding } from './analysis/history/finding.ts';
export * from './views/flame-chart.ts';
export {
  DEFAULT_MAX_SPANS,
  MAX_SPAN_LEVELS,
  type FlameChartCut,
  type FlameChartTruncation,
} from './views/choose-spans.ts';
export { hoistSoleAttempts, type HoistedSpans } from './views/hoist.ts';
export {
  DEFAULT_MAX_BYTES,
  detectTraceFormat,
  readTraceFile,
  readTraceStream,
  TRACE_FORMATS,
  writeTraceFile,
  writeTraceFiles,
  type ReadTraceFileOptions,
  type ReadTraceStreamOptions,
} from './formats/registry.ts';
export type { TraceFormat } from './formats/format.ts';
export { TemporalHistory, type HistoryInfo } from './formats/temporal/history.ts';
export { readHistoryFile, type HistoryFile } from './formats/temporal/reader.ts';
export type { HistoryEvent } from './formats/temporal/events.ts';
export type { AttemptReport } from './formats/temporal/attempts.ts';
export type { JoinedSpans } from './formats/temporal/joined.ts';
export { traceOfRun, type ChildHistory, type RunParts } from './formats/temporal/run.ts';
export { pickDistinct, SpanGatherer, type SpanPicks } from './otlp/gather.ts';
export { limitAttributes, traceHeadsOf, withoutTraces } from './otlp/intake.ts';
export { hasRoot, MAX_SPANS, spansOfTrace, traceOfSpans, type TraceState } from './otlp/kept.ts';
export { QuickSummaries, type QuickSummary } from './otlp/quick-summary.ts';
export { applyChanges } from './analysis/what-if/apply.ts';
export {
  describeChange,
  LIMIT_KINDS,
  MAX_CHANGES,
  WHAT_IF_ERROR_CODES,
  WhatIfError,
  type LimitKind,
  type WhatIfChange,
  type WhatIfErrorCode,
} from './analysis/what-if/changes.ts';
export { prepareTrace } from './analysis/what-if/prepare.ts';
export { predictTrace } from './analysis/what-if/predicted-trace.ts';
export { simulate } from './analysis/what-if/simulate.ts';
export {
  predictRun,
  whatIf,
  WHAT_IF_WARNINGS,
  type RunPrediction,
  type Spread,
  type WhatIf,
  type WhatIfAnswer,
  type WhatIfHolder,
  type WhatIfOptions,
  type WhatIfState,
  type WhatIfSuggestion,
  type WhatIfWarning,
} from './analysis/what-if/what-if.ts';
