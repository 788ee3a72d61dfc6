/**
 * Gets the events out of a trace-event file. Tracers that are killed leave files that end anywhere, so the format allows
 * the array to lack its end; whatever events are whole are read.
 */
import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import { TraceFileError } from '../errors.ts';
import { JsonItems, type JsonItemsResult } from '../json-items.ts';

/** What a file holds beside its events. */
export interface EventFile {
  readonly eventCount: number;
  /** The fields of the object form beside the events. */
  readonly header: JsonObject;
  /** Where the last whole event ends, in bytes, if the file ends in the middle. */
  readonly truncatedAt: number | null;
  /** How many places were no JSON and could be mended, with the first of them in words. */
  readonly mended: JsonItemsResult['mended'];
}

/** The events of a trace-event file in its array or its object form, or one after the other. */
export class EventReader {
  readonly #items: JsonItems;
  /** In their order; a map, as fields may have any name. */
  readonly #header = new Map<string, JsonValue>();
  #count = 0;
  /** A document that is an item itself and no event: the file is something else. */
  #isForeign = false;

  constructor(take: (event: JsonValue) => void) {
    this.#items = new JsonItems(
      {
        item: (event, _line, isDocument) => {
          if (isDocument && !(isJsonObject(event) && Object.hasOwn(event, 'ph'))) {
            this.#isForeign = true;
            return;
          }
          this.#count++;
          take(event);
        },
        field: (key, value) => this.#header.set(key, value),
      },
      { arrays: ['traceEvents'], what: 'event' },
    );
  }

  /** Takes more of the file. @throws {TraceFileError} `malformed`, with the line and byte, when it is no JSON */
  push(chunk: Uint8Array): void {
    this.#items.push(chunk);
  }

  /** The end of the file. @throws {TraceFileError} `malformed` when it holds no events and was not merely cut off */
  finish(): EventFile {
    const { truncatedAt, mended, hasArray } = this.#items.finish();
    if (this.#header.has('traceEvents')) throw new TraceFileError('malformed', '/traceEvents is not an array');
    if (!hasArray && (this.#isForeign || this.#count === 0))
      throw new TraceFileError(
        'malformed',
        'the file holds no trace events: it is neither an array nor an object with some',
      );
    return { eventCount: this.#count, header: Object.fromEntries(this.#header), truncatedAt, mended };
  }
}
