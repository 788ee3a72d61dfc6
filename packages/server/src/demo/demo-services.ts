import type { Clock } from '@flowprof/model';

import type { HeldServices, ServiceHost } from '../services/service-host.ts';
import { startDemoService, type DemoService } from './service.ts';

/** A workflow asked for a service that nobody knows. */
export class UnknownServiceError extends Error {
  override readonly name = 'UnknownServiceError';
  readonly code = 'unknown_service';
  readonly service: string;

  constructor(service: string) {
    super(`there is no service named ${JSON.stringify(service)}; known is "demo"`);
    this.service = service;
  }
}

const NOTHING: HeldServices = { services: {}, allow: [], release: () => {} };

/**
 * The services of the example workflows. The one there is, `demo`, starts with the first run that holds it, is shared,
 * and stops when the last run has let go of it.
 */
export class DemoServices implements ServiceHost {
  readonly #clock: Clock;
  #holders = 0;
  #running: Promise<DemoService> | null = null;
  #stopping: Promise<void> = Promise.resolve();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @throws {UnknownServiceError} */
  async acquire(names: readonly string[]): Promise<HeldServices> {
    const unknown = names.find((name) => name !== 'demo');
    if (unknown !== undefined) throw new UnknownServiceError(unknown);
    if (names.length === 0) return NOTHING;
    this.#holders++;
    this.#running ??= startDemoService({ clock: this.#clock });
    const starting = this.#running;
    try {
      const { url, authority } = await starting;
      let held = true;
      const release = (): void => {
        if (held) this.#letGo();
        held = false;
      };
      return { services: { demo: { url } }, allow: [authority], release };
    } catch (error) {
      if (this.#running === starting) this.#running = null;
      this.#holders--;
      throw error;
    }
  }

  /** Resolves when what was let go of has stopped. */
  async settled(): Promise<void> {
    await this.#stopping;
  }

  #letGo(): void {
    this.#holders--;
    if (this.#holders > 0 || this.#running === null) return;
    const running = this.#running;
    this.#running = null;
    this.#stopping = running.then((service) => service.close());
  }
}
