import type { CliIo } from '../io.ts';

/** What a check found. */
export interface Finding {
  readonly check: string;
  /** `warn`: it works, but may not as expected. */
  readonly state: 'ok' | 'warn' | 'fail';
  readonly detail: string;
  /** How to mend it; null where there is nothing to mend. */
  readonly advice: string | null;
}

/** The set-up that is looked at: what `flowprof start` would be given. */
export interface Situation {
  readonly dataDir: string;
  readonly host: string;
  readonly port: number;
  readonly env: CliIo['env'];
}

export function ok(check: string, detail: string): Finding {
  return { check, state: 'ok', detail, advice: null };
}

export function warn(check: string, detail: string, advice: string): Finding {
  return { check, state: 'warn', detail, advice };
}

export function fail(check: string, detail: string, advice: string): Finding {
  return { check, state: 'fail', detail, advice };
}
