import type { MergedName } from '@flowprof/model';

/** What the names of a run can be sorted by. */
export const NAME_COLUMNS = ['name', 'self', 'total', 'count'] as const;
export type NameColumn = (typeof NAME_COLUMNS)[number];

function byName(a: MergedName, b: MergedName): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}

/** The names that contain a text (case ignored), sorted: texts from A to Z, numbers from the largest; or the other way round. */
export function sortedNames(
  names: readonly MergedName[],
  search: string,
  by: NameColumn,
  reversed: boolean,
): readonly MergedName[] {
  const wanted = search.trim().toLowerCase();
  const found =
    wanted === ''
      ? names
      : names.filter(({ name, nodeKey }) => `${name}\n${nodeKey ?? ''}`.toLowerCase().includes(wanted));
  const order = (a: MergedName, b: MergedName) => (by === 'name' ? 0 : b[by] - a[by]) || byName(a, b);
  const sorted = found.toSorted(order);
  return reversed ? sorted.reverse() : sorted;
}
