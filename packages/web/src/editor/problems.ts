import type { Problem } from './checks.ts';
import { nodeAround, type Outline } from './outline.ts';

/** A problem in words, with its place inside the text that it is in. */
export function problemText({ message, place }: Problem): string {
  if (place === null) return message;
  const at = place.line > 1 ? `line ${place.line}, character ${place.column}` : `character ${place.column}`;
  return `${message} (${at})`;
}

/** What is wrong with the value at a pointer, or below it. */
export function problemAt(problems: readonly Problem[], pointer: string): string | undefined {
  const found = problems.find((one) => one.pointer === pointer || one.pointer.startsWith(`${pointer}/`));
  return found && problemText(found);
}

/** How many problems each node has, by its key. Those of what is inside a node are not its own. */
export function countByNode(problems: readonly Problem[], outline: Outline): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { pointer } of problems) {
    const node = nodeAround(outline, pointer);
    if (node) counts.set(node.key, (counts.get(node.key) ?? 0) + 1);
  }
  return counts;
}
