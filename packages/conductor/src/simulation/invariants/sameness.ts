import {
  isJsonObject,
  NONE,
  spanIdAt,
  spanKindAt,
  spanNameAt,
  statusOf,
  type JsonObject,
  type JsonValue,
  type Trace,
} from '@flowprof/model';
import { assemble } from '../assemble.ts';
import type { Simulated } from '../facts.ts';
import type { Report } from './report.ts';
import { instanceOf } from './states.ts';

/** JSON whose keys are in order. */
function sorted(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sorted(value[key] ?? null)]),
  );
}

function text(metadata: JsonObject | undefined): string {
  return metadata === undefined ? '' : JSON.stringify(sorted(metadata));
}

/** A trace as lines that do not depend on the order of its rows. */
export function describeTrace(trace: Trace): string[] {
  const { nodes, spans, annotations } = trace;
  const lines: string[] = [];
  const idOf = (row: number): string => (row === NONE ? '-' : spanIdAt(spans.ids, row));
  const nodeOf = (row: number): string => (row === NONE ? '-' : instanceOf(trace, row));
  for (let row = 0; row < nodes.length; row++) {
    const deps = [...nodes.deps.subarray(nodes.depOffsets[row], nodes.depOffsets[row + 1])].map(nodeOf).sort();
    const status = statusOf(nodes.status[row] ?? 0);
    lines.push(
      `node ${nodeOf(row)} ${nodes.type[row]} ${nodes.name[row]} ${status} in ${nodeOf(nodes.parent[row] ?? NONE)}` +
        ` after [${deps.join(' ')}] span ${idOf(nodes.span[row] ?? NONE)}`,
    );
  }
  for (let row = 0; row < spans.length; row++) {
    const status = statusOf(spans.status[row] ?? 0);
    lines.push(
      `span ${idOf(row)} ${spanKindAt(spans, row)} ${spanNameAt(spans, row)} ${spans.start[row]}+${spans.duration[row]}` +
        ` ${status} of ${nodeOf(spans.node[row] ?? NONE)} in ${idOf(spans.parent[row] ?? NONE)} ${text(spans.metadata.get(row))}`,
    );
  }
  for (let row = 0; row < annotations.length; row++) {
    const on = idOf(annotations.span[row] ?? NONE);
    lines.push(
      `annotation on ${on} at ${annotations.time[row]} ${annotations.type[row]} ${annotations.label[row]} ${text(annotations.metadata.get(row))}`,
    );
  }
  return lines.sort();
}

/** The first lines in which two traces differ. */
export function differences(a: readonly string[], b: readonly string[]): string[] {
  const inA = new Set(a);
  const inB = new Set(b);
  return [
    ...a.filter((line) => !inB.has(line)).map((line) => `- ${line}`),
    ...b.filter((line) => !inA.has(line)).map((line) => `+ ${line}`),
  ].slice(0, 8);
}

/** What a reliable sink was told makes the same trace as the recording. */
export function checkSink({ result, events, sinkRefused, lives }: Simulated, report: Report): void {
  const keptTrace = lives.slice(1).every(({ earlier }) => earlier !== null);
  if (sinkRefused || events.length === 0 || !keptTrace) return;
  const told = assemble(events);
  // An annotation that is the same in everything counts once for a sink, since deliveries may repeat.
  const recorded = [...new Set(describeTrace(result.recording))];
  for (const line of differences(recorded, describeTrace(told))) report.add(`the sink was told otherwise: ${line}`);
  if (told.execution.status !== result.status) report.add(`the sink was told of ${told.execution.status}`);
}
