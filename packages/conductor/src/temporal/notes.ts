import { NONE, traceEvents, type EpochMicros, type Trace, type TraceEvent } from '@flowprof/model';
import type { Graph } from './engine.ts';
import { WIRE_VERSION, type Note } from './wire.ts';

/** How large one note may be, and all of a run together, in characters of JSON. */
const MAX_NOTE = 200_000;
const MAX_NOTES = 4_000_000;

/** Cuts events into notes. */
function notesOf(kind: Note['kind'], startedAt: EpochMicros, all: Iterable<TraceEvent>): Note[] {
  const notes: { events: TraceEvent[] }[] = [{ events: [] }];
  let size = 0;
  let total = 0;
  let left = 0;
  for (const event of all) {
    const length = JSON.stringify(event).length;
    if (total + length > MAX_NOTES) {
      left++;
      continue;
    }
    if (size + length > MAX_NOTE) {
      notes.push({ events: [] });
      size = 0;
    }
    notes.at(-1)?.events.push(event);
    size += length;
    total += length;
  }
  const last = notes.length - 1;
  return notes.map(({ events }, i) => ({
    flowprof: WIRE_VERSION,
    startedAt,
    kind,
    events,
    left: i === last ? left : 0,
  }));
}

/** The nodes of a graph as they are known before anything runs. */
export function declaredNotes({ body: { nodes } }: Graph, startedAt: EpochMicros): Note[] {
  const keyAt = (position: number): string => nodes[position]?.id ?? '';
  const events = nodes.map(({ id, name, type, parent, dependencies, pool }): TraceEvent => {
    const parentKey = parent === NONE ? null : keyAt(parent);
    const dependsOn = dependencies.map(keyAt);
    return {
      type: 'node_declared',
      node: { key: id, name, type, iteration: null, parentKey, dependsOn, taskQueue: pool },
    };
  });
  return notesOf('declared', startedAt, events);
}

/** What the engine recorded of a part of a loop: the nodes in the loop, which itself is in the notes of the whole run. */
export function partNotes(recording: Trace, executionId: string, startedAt: EpochMicros, around: string): Note[] {
  return notesOf('recorded', startedAt, inside(recording, executionId, around));
}

function* inside(recording: Trace, executionId: string, around: string): Iterable<TraceEvent> {
  const loop = recording.nodes.key[0] ?? '';
  const iteration = recording.nodes.iteration[0] ?? NONE;
  const isLoop = (key: string | null, at: number | null): boolean => key === loop && (at ?? NONE) === iteration;
  let own: string | null = null;
  for (const event of traceEvents(recording, executionId)) {
    if (event.type === 'node_declared') {
      if (!isLoop(event.node.key, event.node.iteration)) yield event;
    } else if (event.type === 'node_state') {
      if (!isLoop(event.state.nodeKey, event.state.iteration)) yield event;
    } else if (event.type === 'span') {
      const { id, nodeKey, kind, parentId } = event.span;
      if (kind === 'node' && isLoop(nodeKey, event.span.iteration)) own = id;
      else
        yield parentId !== null && parentId === own ? { ...event, span: { ...event.span, parentId: around } } : event;
    } else if (event.type === 'annotation' && (event.annotation.spanId === null || event.annotation.spanId !== own)) {
      yield event;
    }
  }
}

/** All that the engine recorded. */
export function recordedNotes(recording: Trace, executionId: string, startedAt: EpochMicros): Note[] {
  return notesOf('recorded', startedAt, traceEvents(recording, executionId));
}
