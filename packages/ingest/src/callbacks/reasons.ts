/** Why something that was reported is not stored, by its code, with what it means. */
export const REJECTIONS = {
  malformed: 'is no callback as the schema describes it',
  missing_execution_id: 'has no execution_id',
  missing_key: 'has no key of a node',
  missing_name: 'has no name or label',
  missing_status: 'has no status',
  unknown_status: 'has a status that there is not',
  missing_time: 'has no time',
  missing_origin: 'has an offset, and the callback has no started_at from which it would count',
  time_out_of_range: 'has a time that is no number, or lies outside of the years 1900 to 2255',
  too_long: 'has a key, id or name of more than 500 characters',
  not_external:
    'is of an execution that flowprof runs itself, or that was imported; it takes spans and annotations only',
  not_started: 'is of an execution that flowprof runs itself and that has not started',
  too_many_workflows: 'is of a workflow that there is not, and there can be no more of those that are only reported',
  cannot_be_stored: 'holds a value that the database cannot store',
} as const;

export type RejectionCode = keyof typeof REJECTIONS;

/** Something that was reported and is not stored. */
export interface Rejection {
  /** Where it stands in the batch. */
  readonly pointer: string;
  readonly code: RejectionCode;
  /** How many items that is, with those that stand in it. */
  readonly items: number;
}

/** Why an item cannot be stored. */
export class Rejected extends Error {
  override readonly name = 'Rejected';
  readonly code: RejectionCode;

  constructor(code: RejectionCode) {
    super(REJECTIONS[code]);
    this.code = code;
  }
}
