import { NONE } from '../../trace/trace.ts';
import type { Structure } from './structure.ts';

/** Types of nodes that bring their contents with them when they begin. */
function bringsContents(type: string): boolean {
  return type === 'subworkflow';
}

/**
 * What is added to a run while it goes on: the nodes of an item of a loop when it has its turn, those of a subworkflow
 * when it begins. The engine numbers nodes as they are added, and of equal priorities starts the lowest number first.
 */
export interface Frames {
  /** By task: the vertex whose submission brings it, or `NONE` for one that was there from the beginning. */
  readonly of: Int32Array;
  /** By task: its position among what is brought with it, or among all. */
  readonly offset: Float64Array;
  /** By vertex: how many nodes it brings; 0 for most. */
  readonly size: Uint32Array;
}

/** Finds what brings the tasks of a run: the nearest item or subworkflow that they are in. */
export function findFrames(structure: Structure, turnBefore: Int32Array): Frames {
  const { taskCount, vertexCount, elementOf, entry, parentOf, elements, graph } = structure;
  const of = new Int32Array(taskCount).fill(NONE);
  const offset = Float64Array.from(elementOf.subarray(0, taskCount));
  const size = new Uint32Array(vertexCount);
  if (elements === 'spans') return { of, offset, size };
  const { type } = graph.trace.nodes;
  const frameOf = new Int32Array(parentOf.length).fill(NONE - 1);
  const first = new Float64Array(vertexCount).fill(Infinity);
  const way: number[] = [];
  for (let node = 0; node < parentOf.length; node++) {
    let at = node;
    let frame: number = NONE;
    for (; at !== NONE; at = parentOf[at]) {
      if (frameOf[at] !== NONE - 1) {
        frame = frameOf[at];
        break;
      }
      way.push(at);
    }
    for (let i = way.length - 1; i >= 0; i--) {
      const one = way[i];
      const around = parentOf[one];
      if (around !== NONE && bringsContents(type[around])) frame = entry[around];
      if (turnBefore[entry[one]] !== NONE) frame = entry[one];
      frameOf[one] = frame;
    }
    way.length = 0;
    if (frame === NONE) continue;
    size[frame]++;
    first[frame] = Math.min(first[frame], node);
  }
  for (let task = 0; task < taskCount; task++) {
    of[task] = frameOf[elementOf[task]];
    if (of[task] !== NONE) offset[task] = elementOf[task] - first[of[task]];
  }
  return { of, offset, size };
}
