import { createRedactor, isSecretEntry } from '@flowprof/conductor';
import { isJsonObject, MetadataPool, type ExecutionInfo, type JsonObject, type Trace } from '@flowprof/model';

const byLooks = createRedactor([]);

/** Texts that were looked at are remembered up to this length, so many at once: those of files come again and again. */
const LONGEST_KNOWN = 256;
const MOST_KNOWN = 50_000;

/** Strikes secrets out of the texts of one file. */
class Texts {
  readonly #known = new Map<string, string>();

  struck(text: string): string {
    if (text.length > LONGEST_KNOWN) return byLooks.text(text);
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    const struck = byLooks.text(text);
    if (this.#known.size >= MOST_KNOWN) this.#known.clear();
    this.#known.set(text, struck);
    return struck;
  }

  orNull(text: string | null): string | null {
    return text === null ? null : this.struck(text);
  }

  /** The same list where nothing in it is a secret. */
  list(texts: readonly string[]): readonly string[] {
    return texts.some((text) => this.struck(text) !== text) ? texts.map((text) => this.struck(text)) : texts;
  }

  /** The same list where nothing in it is a secret; what was different before is different after it. */
  ids(ids: readonly string[]): readonly string[] {
    if (this.list(ids) === ids) return ids;
    const taken = new Set(ids);
    const made = new Map<string, string>();
    const idOf = (id: string): string => {
      const struck = this.struck(id);
      if (struck === id) return id;
      let unique = struck;
      for (let next = made.size + 1; taken.has(unique); next++) unique = `${struck} ${next}`;
      taken.add(unique);
      return unique;
    };
    return ids.map((id) => {
      const known = made.get(id) ?? idOf(id);
      if (known !== id) made.set(id, known);
      return known;
    });
  }

  object(metadata: JsonObject): JsonObject {
    if (this.#isPlain(metadata)) return metadata;
    const struck = byLooks.json(metadata);
    return isJsonObject(struck) ? struck : {};
  }

  /** The same where nothing in it is a secret. */
  metadata(rows: ReadonlyMap<number, JsonObject>): ReadonlyMap<number, JsonObject> {
    let isSame = true;
    for (const [, metadata] of rows) isSame &&= this.#isPlain(metadata);
    if (isSame) return rows;
    const struck = new MetadataPool();
    for (const [row, metadata] of rows) struck.set(row, this.object(metadata));
    return struck;
  }

  /** Whether there is nothing to strike out, as is the rule; what is in a list or object in it is not looked at. */
  #isPlain(metadata: JsonObject): boolean {
    for (const key of Object.keys(metadata)) {
      const value = metadata[key] ?? null;
      if (isSecretEntry(key, value) || this.struck(key) !== key) return false;
      if (typeof value === 'string' ? this.struck(value) !== value : typeof value === 'object' && value !== null)
        return false;
    }
    return true;
  }
}

function infoOf(info: ExecutionInfo, texts: Texts): ExecutionInfo {
  const { error } = info;
  return {
    ...info,
    externalId: texts.orNull(info.externalId),
    name: texts.struck(info.name),
    workflow: texts.orNull(info.workflow),
    error: error === null ? null : { ...error, code: texts.struck(error.code), message: texts.struck(error.message) },
    attributes: texts.object(info.attributes),
  };
}

/** Strikes out of an execution what is or looks like a secret, by key and by pattern; nothing is cut. */
export function redactTrace(trace: Trace): Trace {
  const texts = new Texts();
  const { execution, nodes, spans, annotations, warnings } = trace;
  const { listed } = spans.ids;
  return {
    ...trace,
    execution: infoOf(execution, texts),
    nodes: {
      ...nodes,
      key: texts.ids(nodes.key),
      name: texts.list(nodes.name),
      type: texts.list(nodes.type),
    },
    spans: {
      ...spans,
      ids: listed === null ? spans.ids : { ...spans.ids, listed: texts.ids(listed) },
      names: texts.list(spans.names),
      tracks: texts.list(spans.tracks),
      metadata: texts.metadata(spans.metadata),
    },
    annotations: {
      ...annotations,
      label: texts.list(annotations.label),
      type: texts.list(annotations.type),
      metadata: texts.metadata(annotations.metadata),
    },
    warnings: warnings.map((warning) => ({ ...warning, example: texts.struck(warning.example) })),
  };
}

/** A text from outside with what is or looks like a secret struck out. */
export function redactedText(text: string): string {
  return byLooks.text(text);
}
