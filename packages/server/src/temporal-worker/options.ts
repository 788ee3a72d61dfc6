import type { AttemptMessage } from './attempt.ts';

/** What went wrong with reporting. The worker goes on in any case. */
export interface ReportingProblem {
  /**
   * `unreachable`, `refused` (the key, the workspace or the address is wrong) and `busy`: it is tried again.
   * `rejected`: attempts that flowprof does not take. `lost`: attempts that there was no room for.
   * `left`: attempts that were not told when the worker ended. `fault`: an error of the interceptors themselves.
   */
  readonly kind: 'unreachable' | 'refused' | 'busy' | 'rejected' | 'lost' | 'left' | 'fault';
  readonly message: string;
  /** How many attempts it is about. */
  readonly attempts: number;
}

export interface ReportingOptions {
  /** Of the flowprof server; else `FLOWPROF_URL`, else `http://127.0.0.1:7420`. */
  readonly url?: string | undefined;
  /** A key that may write; else `FLOWPROF_API_KEY`. None is needed for a flowprof in local mode. */
  readonly apiKey?: string | undefined;
  /** Its id or slug; else `FLOWPROF_WORKSPACE`, else the only one. */
  readonly workspace?: string | undefined;
  /** Whether anything is reported; else unless `FLOWPROF_REPORTING` is `off`. */
  readonly isEnabled?: boolean | undefined;
  /** How long attempts are gathered before they are sent, in ms; 1000 when absent. */
  readonly intervalMs?: number | undefined;
  /** Attempts that wait to be sent; 20,000 when absent. What comes on top is lost, running ones first. */
  readonly most?: number | undefined;
  /** How long the end of the worker waits for what is still to be sent, in ms; 5000 when absent. */
  readonly closeMs?: number | undefined;
  /** Whether messages of errors are sent, or only their codes; true when absent. */
  readonly errorMessages?: boolean | undefined;
  /** Changes what is sent of an attempt, or gives null to send nothing of it. */
  readonly redact?: ((attempt: AttemptMessage) => AttemptMessage | null) | undefined;
  /** Hears of each kind of problem when it begins, and at most once a minute; else it is written as a warning of the process. */
  readonly onProblem?: ((problem: ReportingProblem) => void) | undefined;
}

/** Options with everything that was left out. */
export interface Settings {
  readonly endpoint: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly isEnabled: boolean;
  readonly intervalMs: number;
  readonly most: number;
  readonly closeMs: number;
  readonly prepare: (attempt: AttemptMessage) => AttemptMessage | null;
  readonly onProblem: (problem: ReportingProblem) => void;
}

const DEFAULT_URL = 'http://127.0.0.1:7420';

function withoutMessage(attempt: AttemptMessage): AttemptMessage {
  return attempt.error === null ? attempt : { ...attempt, error: { ...attempt.error, message: '' } };
}

function warn({ kind, message }: ReportingProblem): void {
  process.emitWarning(message, { type: 'FlowprofWarning', code: `flowprof_${kind}` });
}

function endpointOf(url: string, workspace: string | undefined): URL {
  if (!URL.canParse(url)) throw new TypeError(`the address of flowprof is no URL: ${url}`);
  const base = new URL(url.endsWith('/') ? url : `${url}/`);
  const of = workspace === undefined ? '' : `workspaces/${encodeURIComponent(workspace)}/`;
  return new URL(`api/v1/${of}temporal/attempts`, base);
}

/** @throws {TypeError} for an address that is none */
export function settingsOf(options: ReportingOptions, env: Readonly<Record<string, string | undefined>>): Settings {
  const url = options.url ?? (env['FLOWPROF_URL'] || DEFAULT_URL);
  const workspace = options.workspace ?? (env['FLOWPROF_WORKSPACE'] || undefined);
  const apiKey = options.apiKey ?? (env['FLOWPROF_API_KEY'] || undefined);
  const { redact = (attempt) => attempt, errorMessages = true } = options;
  return {
    endpoint: endpointOf(url, workspace),
    headers: {
      'content-type': 'application/json',
      ...(apiKey !== undefined && { authorization: `Bearer ${apiKey}` }),
    },
    isEnabled: options.isEnabled ?? env['FLOWPROF_REPORTING']?.toLowerCase() !== 'off',
    intervalMs: options.intervalMs ?? 1000,
    most: options.most ?? 20_000,
    closeMs: options.closeMs ?? 5000,
    prepare: errorMessages ? redact : (attempt) => redact(withoutMessage(attempt)),
    onProblem: options.onProblem ?? warn,
  };
}
