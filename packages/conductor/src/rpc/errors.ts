/** What can go wrong between a client and the side that runs, by code: `error.code` of a `ConductorRpcError`. */
export const RPC_ERROR_CODES = {
  connection_lost: 'The channel ended before the result had come. The run may go on; attach to it by its id.',
  unknown_execution: 'No execution with this id runs here, or its result is no longer kept.',
  execution_exists: 'An execution with this id runs here already, or its result is still kept.',
  taken_over: 'Another client has attached to the execution.',
  too_many_runs: 'More runs were asked for than the serving side allows at once.',
  too_deep: 'The definition or the input is nested deeper than the serving side allows.',
  too_large: 'The request is larger than the serving side allows.',
  invalid_request: 'The request is not one of this version of the protocol.',
  refused: 'The serving side does not run this.',
  internal: 'The serving side failed in a way that says nothing about the workflow.',
} as const;

export type RpcErrorCode = keyof typeof RPC_ERROR_CODES;

export function isRpcErrorCode(value: unknown): value is RpcErrorCode {
  return typeof value === 'string' && Object.hasOwn(RPC_ERROR_CODES, value);
}

/** A run that a client could not start, follow or find. */
export class ConductorRpcError extends Error {
  override readonly name: string = 'ConductorRpcError';
  readonly code: RpcErrorCode;

  constructor(code: RpcErrorCode, message: string = RPC_ERROR_CODES[code]) {
    super(message);
    this.code = code;
  }
}

/** The connection ended while a run was followed. The run itself may go on where it is. */
export class ConductorConnectionError extends ConductorRpcError {
  override readonly name = 'ConductorConnectionError';
  /** What to attach to, over another channel. */
  readonly executionId: string;
  /** The last batch of events that came, for `attach`'s `after`; 0 when none did. */
  readonly lastSeq: number;

  constructor(executionId: string, lastSeq: number, reason: string) {
    super('connection_lost', `the connection ended before the result had come: ${reason}`);
    this.executionId = executionId;
    this.lastSeq = lastSeq;
  }
}
