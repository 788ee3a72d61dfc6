import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';

/** The tokens of one call of a model, or of several. */
export interface TokenCounts {
  /** All input, that out of the provider's cache included. */
  readonly input: number;
  /** The part of the input that came out of the cache. */
  readonly cachedInput: number;
  readonly output: number;
}

/** What a span tells of a call of a model. */
export interface ModelCall {
  /** The model that answered. */
  readonly answered: string | null;
  /** The model that was asked for. */
  readonly requested: string | null;
  /** Null where the span does not tell. */
  readonly tokens: TokenCounts | null;
}

/** The names of attributes; what OpenTelemetry says now comes first, what it or others said before behind. */
const INPUT = ['gen_ai.usage.input_tokens', 'gen_ai.usage.prompt_tokens'];
const OUTPUT = ['gen_ai.usage.output_tokens', 'gen_ai.usage.completion_tokens'];
const CACHED = [
  'gen_ai.usage.cache_read.input_tokens',
  'gen_ai.usage.cache_read_input_tokens',
  'gen_ai.usage.input_tokens.cached',
];

/** A count that may have come as text, as 64-bit numbers do in JSON. */
function countIn(value: JsonValue | undefined): number | null {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) && number >= 0 ? Math.floor(number) : null;
}

function firstCount(metadata: JsonObject, names: readonly string[]): number | null {
  for (const name of names) {
    const count = countIn(metadata[name]);
    if (count !== null) return count;
  }
  return null;
}

function textIn(value: JsonValue | undefined): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

function callIn(metadata: JsonObject): ModelCall | null {
  const answered = textIn(metadata['gen_ai.response.model']);
  const requested = textIn(metadata['gen_ai.request.model']);
  const input = firstCount(metadata, INPUT);
  const output = firstCount(metadata, OUTPUT);
  const hasTokens = input !== null || output !== null;
  if (answered === null && requested === null && !hasTokens) return null;
  const cached = firstCount(metadata, CACHED) ?? 0;
  const tokens = { input: Math.max(input ?? 0, cached), cachedInput: cached, output: output ?? 0 };
  return { answered, requested, tokens: hasTokens ? tokens : null };
}

/**
 * What a span's metadata tells of a call of a model, by OpenTelemetry's conventions for generative AI
 * (https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-spans/), in which cached tokens are a part of the input;
 * null where it tells of none.
 */
export function modelCallIn(metadata: JsonObject): ModelCall | null {
  // Chrome's trace format keeps what a span says of itself in its arguments.
  const { args } = metadata;
  return callIn(metadata) ?? (isJsonObject(args) ? callIn(args) : null);
}
