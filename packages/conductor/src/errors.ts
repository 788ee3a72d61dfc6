/** Why a node failed, by code: what `error.code` of a result, an attempt or a node can be. */
export const FAILURE_CODES = {
  handler_error: 'The handler threw something that is no NodeFailure.',
  expression_failed: 'An expression could not be evaluated with the values of this run.',
  expression_too_expensive: 'The expressions of a value take more steps than one evaluation may.',
  invalid_parameters: 'The parameters do not fit the node type once their expressions are evaluated.',
  invalid_input: 'The input of the run does not fit what the workflow declares.',
  missing_service: 'The workflow asks for a service that its host does not provide.',
  invalid_output: 'The handler returned something that is not JSON.',
  missing_workflow: 'A subworkflow node calls a workflow that its host does not provide.',
  not_a_list: 'The items of a foreach are no list.',
  too_many_items: 'A foreach has more items than one may have.',
  too_many_nodes: 'The loops and subworkflows of a run have more nodes than they may.',
  too_deep: 'Subworkflows call each other deeper than they may.',
  node_failed: 'A node inside it failed.',
  journal_failed: 'What a node did could not be committed, so that the run cannot go on.',
  timeout: 'The time limit of the attempt, the node, what it is in, or the run passed.',
  cancelled: 'The run was cancelled.',
  failed_on_purpose: 'A fail node was reached.',
  http_status: 'The response has a status that was not expected.',
  http_rate_limited: 'The service answered 429, or 503 with Retry-After.',
  http_connect: 'No connection could be made (DNS, TCP or TLS).',
  http_connection_lost: 'The connection broke before the response was complete.',
  http_timeout: 'The response did not come within the time limit of the request.',
  http_bad_body: 'The body is not what its content type or content encoding says.',
  http_too_large: 'The response is larger than the limit.',
  http_too_many_redirects: 'There were more redirects than the limit.',
  http_bad_url: 'The address is not an http or https URL.',
  command_not_allowed: 'The run does not allow processes to be started.',
  command_not_started: 'The program of a command does not exist or cannot be run.',
  command_failed: 'The command ended with an exit code that was not expected.',
  command_killed: 'A signal ended the command.',
  command_timeout: 'The command did not end within its time limit.',
  command_output_too_large: 'The command wrote more than the limit.',
  command_bad_output: 'The output of the command is not what `parse` says.',
  isolated_not_loaded: 'The module of an isolated handler cannot be loaded, or exports no function.',
  isolated_crashed: 'The thread of an isolated handler ended before it answered.',
  isolated_out_of_memory: 'An isolated handler wanted more memory than its thread may have.',
  output_too_large: 'The output of an isolated handler is larger than the limit.',
  secrets_not_opened: 'The worker that had the node has no key for its sealed secrets, or another one.',
  payload_too_large: 'What goes into or comes out of a node, or the run, is larger than a Temporal server takes.',
  address_refused: 'The network policy of the run does not allow the address.',
} as const;

export type FailureCode = keyof typeof FAILURE_CODES;

/** What a failure carries besides its code. */
export interface FailureDetails {
  /** Whether another attempt may succeed; true when absent. */
  readonly retryable?: boolean;
  /** How long the other side asks to wait before the next attempt, in milliseconds. */
  readonly retryAfterMs?: number;
}

/** A failure of a node's work. Handlers throw it to say what went wrong in a way that others can act upon. */
export class NodeFailure extends Error {
  override readonly name = 'NodeFailure';
  readonly code: string;
  readonly retryable: boolean;
  readonly retryAfterMs: number | null;

  /** @param code one of `FAILURE_CODES`, or the handler's own. */
  constructor(code: string, message: string, details: FailureDetails = {}) {
    super(cut(message));
    this.code = code;
    this.retryable = details.retryable ?? true;
    this.retryAfterMs = details.retryAfterMs ?? null;
  }
}

const MAX_MESSAGE = 500;

type FailureFields = Pick<NodeFailure, 'code' | 'message' | 'retryable' | 'retryAfterMs'>;

function isWait(value: unknown): value is number {
  return typeof value === 'number' && value >= 0;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : String(value);
}

/** Whatever was thrown, as a failure: anything at all may be thrown, also what cannot be looked at. Never throws. */
export function toFailure(thrown: unknown): NodeFailure {
  try {
    if (thrown instanceof NodeFailure) {
      // A copy: what a handler throws may have getters, be a proxy, be changed later, or hold what the types do not say.
      const { code, message, retryable, retryAfterMs }: Readonly<Record<keyof FailureFields, unknown>> = thrown;
      const details = { retryable: retryable !== false, ...(isWait(retryAfterMs) && { retryAfterMs }) };
      return new NodeFailure(textOf(code), textOf(message), details);
    }
  } catch {
    // The message says so.
  }
  return new NodeFailure('handler_error', messageOf(thrown));
}

/** A one-line message of whatever was thrown, cut to 500 characters. Never throws. */
export function messageOf(thrown: unknown): string {
  let text: string;
  try {
    text = thrown instanceof Error ? textOf(thrown.message || thrown.name) : `the handler threw ${String(thrown)}`;
  } catch {
    text = 'the handler threw a value that cannot be shown';
  }
  return cut(text);
}

function cut(text: string): string {
  return text.length > MAX_MESSAGE ? `${text.slice(0, MAX_MESSAGE)}…` : text;
}
