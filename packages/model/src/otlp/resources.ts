import type { JsonValue } from '../json.ts';
import { attributeValueAt, type OtlpAttributes, type OtlpSpans } from './columns.ts';
import type { Fields } from './span-row.ts';
import type { OtlpTexts } from './strings.ts';
import { setField, textIn } from './tags.ts';

/** What a resource says of the process that made spans. */
export interface Resource {
  readonly fields: Readonly<Fields>;
  readonly service: string;
  /** Tells processes of a service apart. */
  readonly instance: string | null;
  /** What its spans were timed by: the host, or else the process; null where it says nothing. */
  readonly clock: string | null;
  /** The same for every resource that says the same. */
  readonly key: string;
}

/** The attributes of an owner; of a key that occurs twice the later counts. */
export function fieldsAt(attributes: OtlpAttributes, owner: number, texts: OtlpTexts): Fields {
  const fields: Fields = {};
  const { offsets, key } = attributes;
  for (let at = offsets[owner]; at < offsets[owner + 1]; at++) {
    setField(fields, texts.at(key[at]), attributeValueAt(attributes, at, texts));
  }
  return fields;
}

function firstOf(fields: Readonly<Fields>, keys: readonly string[]): string | null {
  for (const key of keys) {
    const text = textIn(fields[key]);
    if (text !== null) return text;
  }
  return null;
}

const HOSTS = ['host.id', 'host.name', 'k8s.node.name'] as const;
const INSTANCES = ['service.instance.id', 'k8s.pod.name', 'host.name', 'container.id', 'process.pid'] as const;

/** The fields of a resource as text, in the same order however they came. */
function keyOf(fields: Readonly<Fields>): string {
  const entries: [string, JsonValue][] = Object.entries(fields);
  return JSON.stringify(entries.sort(([a], [b]) => (a < b ? -1 : Number(a > b))));
}

/** Reads the resources of spans, each once. */
export class Resources {
  readonly #spans: OtlpSpans;
  readonly #texts: OtlpTexts;
  readonly #read: (Resource | undefined)[] = [];

  constructor(spans: OtlpSpans, texts: OtlpTexts) {
    this.#spans = spans;
    this.#texts = texts;
  }

  at(row: number): Resource {
    return (this.#read[row] ??= this.#resource(row));
  }

  #resource(row: number): Resource {
    const fields = fieldsAt(this.#spans.resources.attributes, row, this.#texts);
    const name = textIn(fields['service.name']) ?? '';
    // What SDKs write where nobody has named the service.
    const service = name.startsWith('unknown_service') ? name.replace(/^unknown_service:?/, '') || name : name;
    const host = firstOf(fields, HOSTS);
    const instance = firstOf(fields, INSTANCES);
    const process = instance ?? (service === '' ? null : service);
    return {
      fields,
      service,
      instance,
      clock: host === null ? process && `process ${process}` : `host ${host}`,
      key: keyOf(fields),
    };
  }
}
