import { pino, type Logger } from 'pino';

/** A logger whose lines a test reads and waits for. */
export class LogLines {
  readonly lines: string[] = [];
  readonly logger: Logger;
  readonly #waiting = new Set<() => void>();

  constructor() {
    this.logger = pino(
      { level: 'info' },
      {
        write: (line: string) => {
          this.lines.push(line);
          for (const look of this.#waiting) look();
        },
      },
    );
  }

  /** How many lines hold a text. */
  count(text: string): number {
    return this.lines.filter((line) => line.includes(text)).length;
  }

  /** Resolves once so many lines hold a text. */
  async until(text: string, count = 1): Promise<void> {
    while (this.count(text) < count) {
      await new Promise<void>((resolve) => {
        const look = (): void => {
          this.#waiting.delete(look);
          resolve();
        };
        this.#waiting.add(look);
      });
    }
  }
}
