import type { FrameScheduler, Viewport } from '../api.ts';
import { between, sameViewport } from '../camera.ts';

const GLIDE_MS = 130;

/** Draws in step with the screen by `requestAnimationFrame`. */
export const SCREEN: FrameScheduler = {
  request: (callback) => requestAnimationFrame(callback),
  cancel: (handle) => cancelAnimationFrame(handle),
};

/**
 * Moves a viewport to where it is to be, in a short glide, and asks for pictures to be drawn: at most one a frame,
 * however often something changes.
 */
export class Glide {
  #current: Viewport;
  #from: Viewport;
  #target: Viewport;
  #since: number | null = null;
  #gliding = false;
  #handle: number | null = null;
  readonly #scheduler: FrameScheduler;
  readonly #draw: () => void;
  readonly #moved: () => void;

  /** @param moved is called once for every change of the current viewport, before `draw`. */
  constructor(first: Viewport, scheduler: FrameScheduler, draw: () => void, moved: () => void) {
    this.#current = first;
    this.#from = first;
    this.#target = first;
    this.#scheduler = scheduler;
    this.#draw = draw;
    this.#moved = moved;
  }

  /** What is on the screen. */
  get current(): Viewport {
    return this.#current;
  }

  /** Where the glide ends. */
  get target(): Viewport {
    return this.#target;
  }

  /** Goes to a viewport, gliding or at once. */
  to(target: Viewport, glide: boolean): void {
    if (sameViewport(target, this.#target) && (this.#gliding || sameViewport(target, this.#current))) return;
    this.#target = target;
    this.#from = this.#current;
    this.#since = null;
    this.#gliding = glide;
    if (!glide) {
      this.#current = target;
      this.#moved();
    }
    this.invalidate();
  }

  /** Asks for one picture. */
  invalidate(): void {
    this.#handle ??= this.#scheduler.request((time) => this.#frame(time));
  }

  stop(): void {
    if (this.#handle !== null) this.#scheduler.cancel(this.#handle);
    this.#handle = null;
  }

  #frame(time: number): void {
    this.#handle = null;
    if (this.#gliding) {
      this.#since ??= time;
      const t = Math.min(1, (time - this.#since + 16) / GLIDE_MS);
      this.#current = between(this.#from, this.#target, 1 - (1 - t) ** 3);
      this.#gliding = t < 1;
      this.#moved();
    }
    this.#draw();
    if (this.#gliding) this.invalidate();
  }
}
