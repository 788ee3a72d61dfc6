import { unavailable } from '../../http/errors.ts';

const RETRY_AFTER_SECONDS = 1;

/** How many bytes of requests may be in memory at once. */
export interface ByteLimits {
  readonly total: number;
  /** Of one workspace, so that one that sends very much leaves room to the others. */
  readonly workspace: number;
}

/** What a request holds of the memory for all. */
export interface Held {
  /** Holds so many bytes more. @throws {ApiError} `overloaded` when there is no room */
  grow(bytes: number): void;
  /** Gives all back; may be called again. */
  release(): void;
}

/** Bounds what requests hold in memory together. One request alone always finds room. */
export class ByteBudget {
  readonly #limits: ByteLimits;
  readonly #workspaces = new Map<string, number>();
  #held = 0;

  constructor(limits: ByteLimits) {
    this.#limits = limits;
  }

  /** Begins to count a request of a workspace. */
  open(workspaceId: string): Held {
    let own = 0;
    return {
      grow: (bytes) => {
        this.#add(workspaceId, own, bytes);
        own += bytes;
      },
      release: () => {
        this.#give(workspaceId, own);
        own = 0;
      },
    };
  }

  #add(workspaceId: string, own: number, bytes: number): void {
    const ofWorkspace = this.#workspaces.get(workspaceId) ?? 0;
    const isFull = this.#held + bytes > this.#limits.total && this.#held > own;
    const hasEnough = ofWorkspace + bytes > this.#limits.workspace && ofWorkspace > own;
    if (isFull || hasEnough) {
      throw unavailable('overloaded', 'Too many spans are on their way in at once.', RETRY_AFTER_SECONDS);
    }
    this.#held += bytes;
    this.#workspaces.set(workspaceId, ofWorkspace + bytes);
  }

  #give(workspaceId: string, bytes: number): void {
    this.#held -= bytes;
    const left = (this.#workspaces.get(workspaceId) ?? 0) - bytes;
    if (left > 0) this.#workspaces.set(workspaceId, left);
    else this.#workspaces.delete(workspaceId);
  }
}
