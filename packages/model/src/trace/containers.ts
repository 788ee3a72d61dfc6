/**
 * The types of nodes that are there to contain others, also when nothing is in them (a loop over an empty list). A
 * `retry` contains the tries of one task, where those are tasks of their own in their source.
 */
const CONTAINER_TYPES: ReadonlySet<string> = new Set(['group', 'foreach', 'subworkflow', 'retry']);

/**
 * Whether nodes of a type contain others by their nature. Their own time is that of what is inside and never counts as
 * work. Any other node that contains nodes is treated alike.
 */
export function isContainerType(type: string): boolean {
  return CONTAINER_TYPES.has(type);
}
