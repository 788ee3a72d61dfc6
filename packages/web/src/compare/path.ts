/** Which two executions are compared: ids, or for the base `previous`. */
export interface ComparedPair {
  readonly base: string;
  readonly candidate: string;
}

/** The address of a comparison. */
export function comparePath({ base, candidate }: ComparedPair): string {
  return `/compare?${new URLSearchParams({ base, candidate })}`;
}
