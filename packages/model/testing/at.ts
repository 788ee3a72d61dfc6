/** The item at a position of a list or column. @throws {RangeError} when there is none. */
export function at<T>(list: ArrayLike<T>, index: number): T {
  const item = list[index];
  if (item === undefined) throw new RangeError(`there is no item ${index} among ${list.length}`);
  return item;
}

/** The item of a list that has just one. @throws {RangeError} when it has none or more. */
export function only<T>(list: readonly T[]): T {
  if (list.length !== 1) throw new RangeError(`one item was expected, not ${list.length}`);
  return at(list, 0);
}
