import { createRedactor, isSecretEntry, STRUCK_OUT } from '@flowprof/conductor';
import {
  ATTRIBUTE,
  OtlpTexts,
  replaceStrings,
  SpanGatherer,
  type JsonValue,
  type OtlpAttributes,
  type OtlpSpans,
} from '@flowprof/model';

const byLooks = createRedactor([]);
const parse: (text: string) => JsonValue = JSON.parse;

/** The longest text that is kept, in characters; of a longer one its beginning is. */
const MAX_TEXT = 16_384;

/** Texts that were looked at are remembered up to this length, so many at once. */
const LONGEST_KNOWN = 256;
const MOST_KNOWN = 20_000;

/** What became of texts: names, routes and statements come again with every request. */
class KnownTexts {
  #young = new Map<string, string>();
  #old = new Map<string, string>();

  struck(text: string): string {
    if (text.length > LONGEST_KNOWN) return strike(text);
    const known = this.#young.get(text);
    if (known !== undefined) return known;
    const struck = this.#old.get(text) ?? strike(text);
    if (this.#young.size >= MOST_KNOWN) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(text, struck);
    return struck;
  }
}

/** Secrets are struck out first, so that none is cut in two and not known any more. */
function strike(text: string): string {
  const struck = byLooks.text(text);
  return struck.length <= MAX_TEXT ? struck : `${struck.slice(0, MAX_TEXT)}…`;
}

/** Whether a key says that a value is a secret: 0 while that was not asked. */
const ASKED = { no: 1, ofTexts: 2, always: 3 } as const;

function judge(key: string): number {
  if (isSecretEntry(key, 1)) return ASKED.always;
  return isSecretEntry(key, '') ? ASKED.ofTexts : ASKED.no;
}

/** Attributes, copied once one of them changes. */
class Changes {
  attributes: OtlpAttributes;
  #isCopy = false;

  constructor(attributes: OtlpAttributes) {
    this.attributes = attributes;
  }

  set(at: number, type: number, value: number): void {
    if (!this.#isCopy) {
      this.#isCopy = true;
      const { attributes } = this;
      this.attributes = { ...attributes, type: attributes.type.slice(), value: attributes.value.slice() };
    }
    this.attributes.type[at] = type;
    this.attributes.value[at] = value;
  }
}

/** Goes over the attributes of spans, and collects what is to be written anew. */
class AttributeRedactor {
  readonly added: string[] = [];
  readonly #texts: OtlpTexts;
  readonly #verdicts: Uint8Array;
  readonly #first: number;
  readonly #json = new Map<number, number>();
  #struckOut = 0;

  constructor(spans: OtlpSpans, texts: OtlpTexts) {
    this.#texts = texts;
    this.#verdicts = new Uint8Array(spans.strings.length);
    this.#first = spans.strings.length;
  }

  /** The same attributes where there is nothing to strike out of them but texts. */
  redact(attributes: OtlpAttributes): OtlpAttributes {
    const { key, type, value } = attributes;
    const changed = new Changes(attributes);
    for (let at = 0; at < key.length; at++) {
      const [kind = ATTRIBUTE.empty, name = 0] = [type[at], key[at]];
      const verdict = this.#verdicts[name] || this.#judge(name);
      if (verdict !== ASKED.no && isStruck(kind, verdict)) changed.set(at, ATTRIBUTE.string, this.#secret());
      else if (kind === ATTRIBUTE.json) {
        const { number, isText } = this.#ofJson(value[at] ?? 0);
        if (number !== value[at]) changed.set(at, isText ? ATTRIBUTE.string : kind, number);
      }
    }
    return changed.attributes;
  }

  #judge(key: number): number {
    const verdict = judge(this.#texts.at(key));
    this.#verdicts[key] = verdict;
    return verdict;
  }

  #secret(): number {
    if (this.#struckOut === 0) this.#struckOut = this.#add(STRUCK_OUT);
    return this.#struckOut;
  }

  #add(text: string): number {
    return this.#first + this.added.push(text) - 1;
  }

  /** JSON with secrets struck out at any depth; too long, it is a text. */
  #ofJson(number: number): { readonly number: number; readonly isText: boolean } {
    const known = this.#json.get(number);
    const text = this.#texts.at(number);
    const isText = text.length > MAX_TEXT;
    if (known !== undefined) return { number: known, isText };
    const struck = JSON.stringify(byLooks.json(parse(text)));
    const kept = isText ? strike(struck) : struck;
    const made = kept === text ? number : this.#add(kept);
    this.#json.set(number, made);
    return { number: made, isText };
  }
}

function isStruck(kind: number, verdict: number): boolean {
  if (kind === ATTRIBUTE.bool || kind === ATTRIBUTE.empty) return false;
  const isNumber = kind === ATTRIBUTE.int || kind === ATTRIBUTE.double || kind === ATTRIBUTE.bigint;
  return verdict === ASKED.always || !isNumber;
}

/** The same spans with those strings only that they have. */
function withoutUnused(spans: OtlpSpans): OtlpSpans {
  const rows = Array.from({ length: spans.length }, (_, row) => row);
  return new SpanGatherer([spans]).gather({ parts: rows.map(() => 0), rows });
}

/** Strikes out of spans what is or looks like a secret, by key and by pattern; costs by the distinct text. */
export class OtlpRedactor {
  readonly #known = new KnownTexts();

  redact(spans: OtlpSpans): OtlpSpans {
    const texts = new OtlpTexts(spans.strings);
    const attributes = new AttributeRedactor(spans, texts);
    const { events, links, resources, scopes } = spans;
    const redacted = {
      ...spans,
      attributes: attributes.redact(spans.attributes),
      events: { ...events, attributes: attributes.redact(events.attributes) },
      links: { ...links, attributes: attributes.redact(links.attributes) },
      resources: { ...resources, attributes: attributes.redact(resources.attributes) },
      scopes: { ...scopes, attributes: attributes.redact(scopes.attributes) },
    };
    const replace = (number: number): string | null => {
      const text = texts.at(number);
      const struck = this.#known.struck(text);
      return struck === text ? null : struck;
    };
    const struck = { ...redacted, strings: replaceStrings(spans.strings, replace, attributes.added) };
    // What nothing refers to any more would still be there.
    return attributes.added.length === 0 ? struck : withoutUnused(struck);
  }
}
