import { CAUSES, causeOfPhase, isIdlePhase, isLeadingWait, isWaitPhase, type Cause } from '../trace/phases.ts';

/** What the names of spans mean where they are the names of phases, as columns by the code of the name. */
export interface PhaseTable {
  /** A position in `CAUSES`. */
  readonly cause: Uint8Array;
  readonly isWait: Uint8Array;
  readonly isIdle: Uint8Array;
  /** Whether it is a wait that stands at the beginning of a node. */
  readonly leads: Uint8Array;
  /** The codes of these names; -1 where no span has it. */
  readonly slowMo: number;
  readonly callback: number;
}

/** The position of each cause in `CAUSES`. */
const CODE: ReadonlyMap<Cause, number> = new Map(CAUSES.map((cause, code) => [cause, code]));

/** The position of a cause in `CAUSES`. */
export function causeCode(cause: Cause): number {
  return CODE.get(cause) ?? CAUSES.length - 1;
}

/** Looks every name up once: there can be as many as nodes. */
export function phaseTable(names: readonly string[]): PhaseTable {
  const bits = () => new Uint8Array(names.length);
  const [cause, isWait, isIdle, leads] = [bits(), bits(), bits(), bits()];
  let slowMo = -1;
  let callback = -1;
  for (let code = 0; code < names.length; code++) {
    const name = names[code];
    const counts = causeOfPhase(name);
    cause[code] = causeCode(counts);
    if (counts === 'work') continue; // no wait
    if (isWaitPhase(name)) isWait[code] = 1;
    if (isIdlePhase(name)) isIdle[code] = 1;
    if (isLeadingWait(name)) leads[code] = 1;
    if (name === 'slow_mo') slowMo = code;
    if (name === 'callback') callback = code;
  }
  return { cause, isWait, isIdle, leads, slowMo, callback };
}
