/**
 * Every error that the API answers with, by its stable code. `docs/errors.md` is made from this table; a test keeps
 * them equal. Nobody needs to read `detail` to tell errors apart.
 */
export const API_ERRORS = {
  validation_failed: {
    status: 400,
    type: '/problems/validation',
    title: 'Request is invalid',
    meaning: 'A field, query parameter or header is not as the schema says; `errors` points at each.',
  },
  invalid_workflow: {
    status: 400,
    type: '/problems/invalid-workflow',
    title: 'Workflow is invalid',
    meaning:
      'The definition does not describe a workflow; `errors` points at each fault, expressions by line and column.',
  },
  unknown_subworkflow: {
    status: 400,
    type: '/problems/unknown-subworkflow',
    title: 'A called workflow is missing',
    meaning: 'The workflow, or one that it calls, calls a workflow that is not in this workspace. Nothing was started.',
  },
  invalid_trigger: {
    status: 400,
    type: '/problems/invalid-trigger',
    title: 'Trigger is invalid',
    meaning:
      'A cron expression, time zone, expression or input of the trigger cannot be used; `errors` points at each, expressions by line and column.',
  },
  expression_failed: {
    status: 400,
    type: '/problems/expression-failed',
    title: 'Expression failed',
    meaning:
      'An expression of the webhook cannot be evaluated with what was delivered; `errors` says which, by line and column. Nothing was started.',
  },
  unknown_version: {
    status: 400,
    type: '/problems/unknown-version',
    title: 'No such version',
    meaning: 'The workflow has no version of this number. Nothing was started.',
  },
  secret_inputs_required: {
    status: 400,
    type: '/problems/secret-inputs-required',
    title: 'Secret inputs are required',
    meaning:
      'The execution was started with inputs that its workflow declares to be secret; they are not kept, so they must be given again. `errors` points at each.',
  },
  malformed_json: {
    status: 400,
    type: '/problems/malformed-json',
    title: 'Body is not valid JSON',
    meaning: 'The body is no JSON or no UTF-8; `offset` is the byte at which that shows.',
  },
  too_deep: {
    status: 400,
    type: '/problems/too-deep',
    title: 'Body is nested too deeply',
    meaning: 'Arrays and objects are nested deeper than `max_depth`; `offset` is the byte at which that shows.',
  },
  bad_request: {
    status: 400,
    type: '/problems/bad-request',
    title: 'Request cannot be read',
    meaning: 'The request is no valid HTTP, or its URL is not validly encoded.',
  },
  unreadable_file: {
    status: 400,
    type: '/problems/unreadable-file',
    title: 'File cannot be read',
    meaning:
      'The file is of no format that flowprof reads, or is damaged; `detail` says what is wrong. Nothing was stored.',
  },
  workspace_required: {
    status: 400,
    type: '/problems/workspace-required',
    title: 'A workspace is required',
    meaning: 'There is not exactly one workspace; name one with `X-Workspace-Id` or `X-Workspace-Slug`.',
  },
  confirmation_required: {
    status: 400,
    type: '/problems/confirmation-required',
    title: 'Confirmation is required',
    meaning: 'What would be deleted for good must be named once more in `confirm`; nothing was deleted.',
  },
  unauthenticated: {
    status: 401,
    type: '/problems/unauthenticated',
    title: 'Authentication is required',
    meaning:
      'There is no credential, or it does not count: unknown, revoked, expired, or of another provider. `WWW-Authenticate` says how to send one.',
  },
  webhook_refused: {
    status: 401,
    type: '/problems/webhook-refused',
    title: 'Delivery is refused',
    meaning:
      'There is no such webhook, or the delivery is not signed with its secret, or its time is more than 5 minutes from ours. Which of these is not told.',
  },
  missing_scope: {
    status: 403,
    type: '/problems/missing-scope',
    title: 'Permission is missing',
    meaning: 'The workspace is yours to see, but your role or key does not have the scope that this needs.',
  },
  host_not_allowed: {
    status: 403,
    type: '/problems/host-not-allowed',
    title: 'Host is not allowed',
    meaning:
      'The `Host` header names another machine than this one, as in a DNS rebinding attack; `FLOWPROF_PUBLIC_URL` says under which names the server is reached.',
  },
  foreign_origin: {
    status: 403,
    type: '/problems/foreign-origin',
    title: 'Origin is not allowed',
    meaning: 'A page of another origin sent a request that changes state.',
  },
  not_found: {
    status: 404,
    type: '/problems/not-found',
    title: 'Not found',
    meaning: 'There is no such thing in this workspace, or there is no such workspace.',
  },
  unknown_route: {
    status: 404,
    type: '/problems/unknown-route',
    title: 'No such route',
    meaning: 'The API has no route of this path.',
  },
  method_not_allowed: {
    status: 405,
    type: '/problems/method-not-allowed',
    title: 'Method is not allowed',
    meaning: 'The route exists, but not with this method; `Allow` lists the methods it has.',
  },
  already_exists: {
    status: 409,
    type: '/problems/already-exists',
    title: 'Already exists',
    meaning: 'Another one has this slug or name.',
  },
  upload_conflict: {
    status: 409,
    type: '/problems/upload-conflict',
    title: 'Part does not fit',
    meaning:
      'The part does not begin where the last one ended, or goes beyond the size of the file; `received_bytes` says where the next one begins.',
  },
  last_admin: {
    status: 409,
    type: '/problems/last-admin',
    title: 'The last admin stays',
    meaning: 'The workspace would be left without an admin among its members; make another one first.',
  },
  version_conflict: {
    status: 409,
    type: '/problems/version-conflict',
    title: 'Workflow was changed meanwhile',
    meaning: 'The newest version is not the one that `If-Match` or `expected_version` names. Nothing was changed.',
  },
  idempotency_conflict: {
    status: 409,
    type: '/problems/idempotency-conflict',
    title: 'Key was used for another request',
    meaning: 'Another request was sent under this `Idempotency-Key`. Nothing was started.',
  },
  trigger_disabled: {
    status: 409,
    type: '/problems/trigger-disabled',
    title: 'Webhook is switched off',
    meaning: 'The webhook is not enabled, so nothing was started.',
  },
  too_many_workflows: {
    status: 409,
    type: '/problems/too-many-workflows',
    title: 'Too many workflows',
    meaning:
      'As many workflows of the workspace as may be came into being by executions that ran elsewhere (10,000). Deleting some makes room; executions of those that exist are stored.',
  },
  too_many_alert_rules: {
    status: 409,
    type: '/problems/too-many-alert-rules',
    title: 'Workspace has too many alert rules',
    meaning: 'A workspace has at most 500 alert rules.',
  },
  too_many_alert_channels: {
    status: 409,
    type: '/problems/too-many-alert-channels',
    title: 'Workspace has too many alert channels',
    meaning: 'A workspace has at most 50 alert channels.',
  },
  too_many_temporal_connections: {
    status: 409,
    type: '/problems/too-many-temporal-connections',
    title: 'Workspace has too many Temporal connections',
    meaning: 'A workspace has at most 20 connections to Temporal servers.',
  },
  alert_not_firing: {
    status: 409,
    type: '/problems/alert-not-firing',
    title: 'Alert is not firing',
    meaning: 'Only an alert that fires can be acknowledged.',
  },
  too_many_triggers: {
    status: 409,
    type: '/problems/too-many-triggers',
    title: 'Workflow has too many triggers',
    meaning: 'A workflow has at most 100 triggers.',
  },
  too_many_baselines: {
    status: 409,
    type: '/problems/too-many-baselines',
    title: 'Workflow has too many baselines',
    meaning: 'A workflow has at most 100 baselines.',
  },
  too_many_notes: {
    status: 409,
    type: '/problems/too-many-notes',
    title: 'Execution has too many notes',
    meaning: 'An execution has at most 500 notes.',
  },
  nothing_to_compare: {
    status: 409,
    type: '/problems/nothing-to-compare',
    title: 'There is nothing to compare with',
    meaning: 'No execution that the baseline asks for has completed, or none of them can be summed up.',
  },
  workflow_disabled: {
    status: 409,
    type: '/problems/workflow-disabled',
    title: 'Workflow is switched off',
    meaning: 'The workflow is not `enabled`, so nothing starts it.',
  },
  project_not_empty: {
    status: 409,
    type: '/problems/project-not-empty',
    title: 'Project has workflows',
    meaning: 'Only an empty project is deleted, unless `force=true` deletes its workflows with it.',
  },
  already_ended: {
    status: 409,
    type: '/problems/already-ended',
    title: 'Execution has already ended',
    meaning: 'An execution that has ended cannot be cancelled.',
  },
  not_ended: {
    status: 409,
    type: '/problems/not-ended',
    title: 'Execution has not ended',
    meaning: 'Only an execution that has ended can be resumed or retried; this one is pending or running.',
  },
  already_completed: {
    status: 409,
    type: '/problems/already-completed',
    title: 'Execution has completed',
    meaning: 'Only an execution that has ended without completing can be resumed; of this one nothing is left to run.',
  },
  rows_removed: {
    status: 409,
    type: '/problems/rows-removed',
    title: 'Execution cannot go on',
    meaning:
      'What the execution would go on from was removed with age or size; a retry runs its workflow from the beginning.',
  },
  not_running_here: {
    status: 409,
    type: '/problems/not-running-here',
    title: 'Execution does not run here',
    meaning: 'The execution has not ended, and no living server runs it.',
  },
  imported_workflow: {
    status: 409,
    type: '/problems/imported-workflow',
    title: 'Workflow cannot be executed',
    meaning:
      'Only executions of this workflow were imported; there is no definition to execute, and nothing to resume.',
  },
  temporal_not_connected: {
    status: 412,
    type: '/problems/temporal-not-connected',
    title: 'Temporal is not connected',
    meaning: 'The execution did not run on Temporal, or its workspace has no connection to where it did.',
  },
  request_timeout: {
    status: 408,
    type: '/problems/request-timeout',
    title: 'Request took too long',
    meaning: 'The request was not there whole in time; the connection is closed.',
  },
  body_too_large: {
    status: 413,
    type: '/problems/body-too-large',
    title: 'Body is too large',
    meaning: 'The body is larger than `limit_bytes`, as it came or once unpacked.',
  },
  not_exportable: {
    status: 422,
    type: '/problems/not-exportable',
    title: 'Execution cannot be written in this format',
    meaning: 'The format cannot hold this execution; mostly it has too many spans for one page. Other formats hold it.',
  },
  impossible_change: {
    status: 422,
    type: '/problems/impossible-change',
    title: 'Change cannot be made',
    meaning:
      'A change of the what-if names what the execution does not have, or makes no sense; `errors` points at it, with the reason as `code` and names that may have been meant.',
  },
  unsupported_media_type: {
    status: 415,
    type: '/problems/unsupported-media-type',
    title: 'Content type is not supported',
    meaning:
      'The body must be `application/json` in UTF-8; an import may be of any type. Either may be packed with gzip, and with nothing else.',
  },
  temporal_failed: {
    status: 424,
    type: '/problems/temporal-failed',
    title: 'Temporal did not answer as it should',
    meaning:
      'What was asked could not be had from the Temporal server, or its codec server; `reason` says why, by a code of docs/temporal.md.',
  },
  rate_limited: {
    status: 429,
    type: '/problems/rate-limited',
    title: 'Too many requests',
    meaning:
      'More than `limit` requests of the workspace or key, or deliveries to the webhook, in a minute, or too many credentials that did not count from one address. Try again after `Retry-After` seconds; `reset` says the same, `remaining` what is left.',
  },
  headers_too_large: {
    status: 431,
    type: '/problems/headers-too-large',
    title: 'Headers are too large',
    meaning: 'The URL and headers are larger than 16 KiB together; the connection is closed.',
  },
  upgrade_required: {
    status: 426,
    type: '/problems/upgrade-required',
    title: 'A WebSocket is required',
    meaning:
      'The path is that of a WebSocket, of version 13; `GET /api/workflows/{workflow_id}/events` answers over HTTP.',
  },
  too_many_connections: {
    status: 429,
    type: '/problems/too-many-connections',
    title: 'Too many connections',
    meaning: 'The workspace has `limit` WebSockets open. Try again after `Retry-After` seconds.',
  },
  internal_error: {
    status: 500,
    type: '/problems/internal-error',
    title: 'Internal error',
    meaning: 'A fault of the server; its log has more under the request id in `instance`.',
  },
  overloaded: {
    status: 503,
    type: '/problems/overloaded',
    title: 'Server is busy',
    meaning: 'Too much is waiting already; nothing was started. Try again after `Retry-After` seconds.',
  },
  cancel_pending: {
    status: 503,
    type: '/problems/cancel-pending',
    title: 'Execution is being cancelled',
    meaning:
      'The server that runs the execution was asked to cancel it, and has not done so yet. Ask for the execution, or again after `Retry-After` seconds.',
  },
  shutting_down: {
    status: 503,
    type: '/problems/shutting-down',
    title: 'Server is stopping',
    meaning: 'The server finishes what runs and takes nothing new. Try again after `Retry-After` seconds.',
  },
  identity_unavailable: {
    status: 503,
    type: '/problems/identity-unavailable',
    title: 'Identity provider is not available',
    meaning: 'The keys of the identity provider cannot be had, so tokens cannot be checked. API keys still count.',
  },
  database_unavailable: {
    status: 503,
    type: '/problems/database-unavailable',
    title: 'Database is not available',
    meaning: 'The database does not answer; it is being tried again. Try again after `Retry-After` seconds.',
  },
  disk_full: {
    status: 507,
    type: '/problems/disk-full',
    title: 'Disk is full',
    meaning: 'The database has no space left to write; reading goes on.',
  },
} as const satisfies Record<string, ApiErrorEntry>;

interface ApiErrorEntry {
  readonly status: number;
  readonly type: string;
  readonly title: string;
  readonly meaning: string;
}

export type ApiErrorCode = keyof typeof API_ERRORS;

/** One fault of a request. Never holds the value that was sent. */
export interface FieldError {
  /** A JSON pointer (RFC 6901) into the body; into the query or path where `in` says so. */
  readonly pointer: string;
  readonly code: string;
  readonly detail: string;
  readonly in?: 'query' | 'path' | 'headers';
  /** For expressions: from 1, in the expression's source. */
  readonly line?: number;
  readonly column?: number;
  readonly expected?: string;
}

export interface ApiErrorParts {
  readonly errors?: readonly FieldError[];
  /** Further members of the problem, e.g. `limit_bytes`. */
  readonly members?: Readonly<Record<string, number | string>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An error that a client is told of. Thrown by services and routes alike. */
export class ApiError extends Error {
  readonly code: ApiErrorCode;
  readonly parts: ApiErrorParts;

  constructor(code: ApiErrorCode, detail: string, parts: ApiErrorParts = {}) {
    super(detail);
    this.name = 'ApiError';
    this.code = code;
    this.parts = parts;
  }
}

/** One and the same error for what does not exist and for what belongs to another workspace. */
export function notFound(): ApiError {
  return new ApiError('not_found', 'There is no such resource in this workspace.');
}

/**
 * The error for a request whose sender is not known.
 * @param isRefused whether there was a credential, which does not count; RFC 6750
 */
export function unauthenticated(isRefused: boolean): ApiError {
  const detail = isRefused
    ? 'The credential does not count here, or not any more.'
    : 'Send an API key or a token as "Authorization: Bearer ...".';
  const challenge = `Bearer realm="flowprof"${isRefused ? ', error="invalid_token"' : ''}`;
  return new ApiError('unauthenticated', detail, { headers: { 'www-authenticate': challenge } });
}

/** An error that goes away by itself. */
export function unavailable(
  code: 'overloaded' | 'shutting_down' | 'identity_unavailable' | 'database_unavailable' | 'cancel_pending',
  detail: string,
  retryAfterSeconds: number,
): ApiError {
  return new ApiError(code, detail, { headers: { 'retry-after': String(retryAfterSeconds) } });
}

/** Why an execution ended that the engine could not run to an end, by code; besides these there are the engine's own. */
export const EXECUTION_ERRORS = {
  interrupted: 'Servers stopped while they ran it, five times in a row without a further node being done.',
  secret_inputs_required:
    'It was interrupted, and goes on only when it is resumed with its secret inputs, which are not kept.',
  workflow_deleted: 'The version of the workflow that it runs is no longer there.',
  unknown_subworkflow: 'A workflow that it calls is no longer there.',
  journal_key_mismatch: 'What its nodes gave was sealed with another key than this server has.',
  journal_damaged: 'What its nodes gave is not what was written.',
  unknown_service: 'The workflow asks for a service that the server does not know.',
  engine_error: 'A fault of the server; its log has more.',
} as const;

/** Why the server does not start, by code. */
export const START_ERRORS = {
  not_loopback:
    'Others than this machine could reach the server, and there is neither an API key nor an identity provider to tell them apart.',
  port_in_use: 'Another program listens on the port.',
  port_forbidden: 'This user may not listen on the port.',
  address_unavailable: 'This machine does not have the address.',
  listen_failed: 'The server cannot listen for another reason.',
} as const;

export type StartErrorCode = keyof typeof START_ERRORS;

/** The server did not start; the message is one line for a person. */
export class StartError extends Error {
  readonly code: StartErrorCode;

  constructor(code: StartErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StartError';
    this.code = code;
  }
}
