import { count, percent } from '../terminal/quantity.ts';
import type { CliIo } from './io.ts';

const MEBIBYTE = 1024 * 1024;

/** What was done of how much, in words, with the rate. */
function amounts(done: number, total: number | null, unit: 'B' | 'spans', perSecond: number): string {
  const written = (amount: number): string =>
    unit === 'B' ? `${(amount / MEBIBYTE).toFixed(1)} MiB` : `${count(Math.round(amount))} spans`;
  if (total === null) return done === 0 ? '' : written(done);
  const share = total === 0 ? 100 : (done / total) * 100;
  return `${written(done)} of ${written(total)}, ${percent(share)}, ${written(perSecond)}/s`;
}

/** A line that says how far something long is, rewritten as it goes on; only on a terminal. */
export class ProgressLine {
  readonly #out: CliIo['err'];
  #what = '';
  #since = 0;
  #first = 0;
  #shown = false;

  constructor(out: CliIo['err']) {
    this.#out = out;
  }

  show(what: string, done: number, total: number | null, unit: 'B' | 'spans'): void {
    if (!this.#out.terminal.interactive) return;
    if (what !== this.#what) [this.#what, this.#since, this.#first] = [what, performance.now(), done];
    const seconds = (performance.now() - this.#since) / 1000;
    const perSecond = seconds < 0.2 ? 0 : (done - this.#first) / seconds;
    this.#out.write(`\r\u001b[K${what} ${amounts(done, total, unit, perSecond)}`);
    this.#shown = true;
  }

  clear(): void {
    if (this.#shown) this.#out.write('\r\u001b[K');
    this.#shown = false;
  }
}
