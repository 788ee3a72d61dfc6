import type { Fields } from '../api/fields.ts';
import { readExecution, readPage, type Execution, type Page } from '../api/types.ts';

/** An execution as the list has it. */
export interface ListedExecution extends Execution {
  readonly version: number | null;
  /** The id in the system that ran it. */
  readonly externalId: string | null;
}

/** A page of a list that is read by cursor. */
export interface ListedPage extends Page<ListedExecution> {
  /** Null after the last. */
  readonly nextCursor: string | null;
  /** Whether there are more than `total` says. */
  readonly isCapped: boolean;
}

export function readListed(fields: Fields): ListedExecution {
  return {
    ...readExecution(fields),
    version: fields.optionalNumber('workflow_version'),
    externalId: fields.optionalString('external_id'),
  };
}

/** Reads a page of executions out of an answer. @throws {ApiError} `bad_response` */
export function readListedPage(fields: Fields): ListedPage {
  return {
    ...readPage(fields, readListed),
    nextCursor: fields.optionalString('next_cursor'),
    isCapped: fields.any('total_is_capped') === true,
  };
}
