import type { Connection, Submittable } from 'pg';

/** A statement with its parameters, text or bytes, which the server plans once for each connection. */
export interface NamedStatement {
  /** The same for the same text; none for a text that will not come again. */
  readonly name: string;
  readonly text: string;
  readonly values: readonly (string | Buffer | null)[];
}

const BEGIN: NamedStatement = { name: 'begin', text: 'BEGIN', values: [] };
const COMMIT: NamedStatement = { name: 'commit', text: 'COMMIT', values: [] };

const ignore = (): void => undefined;

/**
 * A whole transaction for one message each way: `BEGIN`, a setting, statements and `COMMIT` are sent together, and
 * the server answers once it is done with all, or skips what follows an error (the extended query protocol up to a
 * Sync, https://www.postgresql.org/docs/current/protocol-flow.html). The driver calls the methods when messages come.
 */
export class OneTrip implements Submittable {
  /** The driver puts its time limit around it. */
  callback: (error: Error | null) => void;
  /** The first columns of the rows, and what the last step said it did. */
  readonly done: Promise<{ readonly values: readonly string[]; readonly end: string }>;
  readonly #steps: readonly NamedStatement[];
  readonly #parsed: Set<string>;
  readonly #values: string[] = [];
  #end = '';

  /**
   * @param setUp a statement without parameters, e.g. a `SET LOCAL`
   * @param parsed the names of the statements that the connection has parsed; those of this are added
   */
  constructor(setUp: NamedStatement, statements: readonly NamedStatement[], parsed: Set<string>) {
    this.#steps = [BEGIN, setUp, ...statements, COMMIT];
    this.#parsed = parsed;
    this.callback = ignore;
    this.done = new Promise((resolve, reject) => {
      this.callback = (error) => {
        if (error === null) resolve({ values: this.#values, end: this.#end });
        else reject(error);
      };
    });
  }

  submit(connection: Connection): void {
    connection.stream.cork();
    const parsed = new Set(this.#parsed);
    for (const { name, text, values } of this.#steps) {
      if (!parsed.has(name)) connection.parse({ name, text, types: [] }, true);
      if (name !== '') parsed.add(name);
      connection.bind({ statement: name, values: [...values] }, true);
      connection.execute({}, true);
    }
    connection.sync();
    connection.stream.uncork();
  }

  handleDataRow(message: { readonly fields: readonly (string | null)[] }): void {
    this.#values.push(message.fields[0] ?? '');
  }

  handleCommandComplete(message: { readonly text: string }): void {
    this.#end = message.text;
  }

  handleReadyForQuery(): void {
    for (const { name } of this.#steps) if (name !== '') this.#parsed.add(name);
    this.callback(null);
  }

  handleError(error: Error): void {
    this.callback(error);
  }
}
