/** What can be wrong with a workflow file, by code. */
export const WORKFLOW_ISSUE_CODES = {
  malformed_json: 'The text is not JSON.',
  too_deep: 'The JSON is nested deeper than 64 levels.',
  too_large: 'The file is larger than 4 MiB.',
  invalid_value: 'A value does not fit the schema.',
  missing_field: 'A field that is needed is not there.',
  unknown_field: 'A field has no meaning here.',
  duplicate_key: 'An object has the same key twice.',
  duplicate_id: 'Two nodes have the same id.',
  unknown_node_type: 'No node type has this name.',
  unknown_retry_policy: 'No retry policy has this name.',
  unknown_dependency: 'A node depends on one that is not beside it.',
  unknown_limit: 'A node names a pool or rate limit that the workflow does not declare.',
  unknown_workflow: 'A node calls a workflow that is not there.',
  dependency_cycle: 'Nodes depend on each other in a circle.',
  bad_expression: 'An expression is not valid CEL, or too large.',
  unknown_reference: 'An expression reads something that is not there or not yet known.',
} as const;

export type WorkflowIssueCode = keyof typeof WORKFLOW_ISSUE_CODES;

/** So many faults of a file are told; what comes after them is not looked for. */
export const MOST_ISSUES = 20;

/** One thing that is wrong, with its place. */
export interface WorkflowIssue {
  readonly code: WorkflowIssueCode;
  readonly message: string;
  /** JSON pointer (RFC 6901); empty for the whole document. */
  readonly pointer: string;
  /** From 1; null where the workflow did not come as text. */
  readonly line: number | null;
  readonly column: number | null;
}

/** A problem found in plain data, before it is known where it stands in the text. */
export interface Problem {
  readonly code: WorkflowIssueCode;
  readonly message: string;
  readonly path: readonly (string | number)[];
  /** For a problem inside a string value: the characters before it within the value. */
  readonly offset?: number;
  /** True when the key at the end of the path is at fault, and not its value. */
  readonly atKey?: boolean;
}

/** A workflow that cannot be run as it stands. */
export class WorkflowFileError extends Error {
  override readonly name = 'WorkflowFileError';
  readonly code = 'invalid_workflow';
  /** At least one, in the order of the file; at most `MOST_ISSUES`. */
  readonly issues: readonly WorkflowIssue[];

  constructor(issues: readonly WorkflowIssue[]) {
    const [first] = issues;
    const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : '';
    super(first === undefined ? 'the workflow is invalid' : `${describeIssue(first)}${more}`);
    this.issues = issues;
  }
}

/** An issue in one line: its place, then what is wrong. */
export function describeIssue(issue: WorkflowIssue): string {
  if (issue.line !== null) return `line ${issue.line}, column ${issue.column ?? 1}: ${issue.message}`;
  return issue.pointer === '' ? issue.message : `${issue.pointer}: ${issue.message}`;
}

/** The JSON pointer of a path (RFC 6901). */
export function pointerOf(path: readonly (string | number)[]): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
