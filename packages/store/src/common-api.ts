import type { EpochMicros } from '@flowprof/model';

/** A tenant. Everything else belongs to exactly one. */
export interface Workspace {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly createdAt: EpochMicros;
}

export interface PageRequest {
  readonly skip: number;
  readonly limit: number;
}

/** A page of a list; `total` counts all that match. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly total: number;
  readonly skip: number;
  readonly limit: number;
}
