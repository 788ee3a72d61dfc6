import { unavailable } from '../http/errors.ts';

/** The requests of one workspace. */
interface Turns {
  underWay: number;
  readonly waiting: (() => void)[];
}

/** How many requests of a workspace may be worked on, and may wait for that. */
export interface TurnLimits {
  readonly atOnce: number;
  readonly waiting: number;
}

export const DEFAULT_TURN_LIMITS: TurnLimits = { atOnce: 8, waiting: 1000 };

const RETRY_AFTER_SECONDS = 1;

/**
 * Lets so many requests of a workspace be worked on at once, in the order in which they came, so that one workspace
 * that sends very many takes no more than some of the processor from the others.
 */
export class WorkspaceTurns {
  readonly #limits: TurnLimits;
  readonly #workspaces = new Map<string, Turns>();

  constructor(limits: TurnLimits) {
    this.#limits = limits;
  }

  /**
   * Waits for a turn.
   * @returns gives it back; may be called again
   * @throws {ApiError} `overloaded` when too many wait
   */
  async take(workspaceId: string): Promise<() => void> {
    const turns = this.#workspaces.get(workspaceId) ?? { underWay: 0, waiting: [] };
    this.#workspaces.set(workspaceId, turns);
    if (turns.underWay < this.#limits.atOnce) turns.underWay++;
    else if (turns.waiting.length >= this.#limits.waiting) {
      throw unavailable('overloaded', 'Too many requests of the workspace are waiting.', RETRY_AFTER_SECONDS);
    } else await new Promise<void>((go) => turns.waiting.push(go));
    let isHeld = true;
    return () => {
      if (isHeld) this.#give(workspaceId, turns);
      isHeld = false;
    };
  }

  #give(workspaceId: string, turns: Turns): void {
    const next = turns.waiting.shift();
    if (next) return next();
    turns.underWay--;
    if (turns.underWay === 0) this.#workspaces.delete(workspaceId);
  }
}
