import type { Turns } from '@flowprof/model';

/** Lets the page draw and answer between slices of work. A message has its turn sooner than a timer. */
export class PageTurns implements Turns {
  readonly #channel = new MessageChannel();
  #resume: (() => void) | null = null;

  constructor() {
    this.#channel.port1.addEventListener('message', () => this.#resume?.());
    this.#channel.port1.start();
  }

  now(): number {
    return performance.now();
  }

  next(): Promise<void> {
    return new Promise((resolve) => {
      this.#resume = resolve;
      this.#channel.port2.postMessage(null);
    });
  }

  close(): void {
    this.#channel.port1.close();
  }
}
