/** A piece of a string value: text as it stands, or the source of an expression with its offset in the string. */
export type TemplatePart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'expression'; readonly source: string; readonly offset: number };

/** A `${` without its `}`. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

/** The offset behind a CEL string literal that starts at a quote; triple quotes and raw strings are known. */
function skipString(text: string, start: number): number {
  const quote = text[start] ?? '';
  const triple = text.startsWith(quote.repeat(3), start);
  const end = triple ? quote.repeat(3) : quote;
  const before = text[start - 1] ?? '';
  const isWord = /[A-Za-z0-9_]/.test(text[start - 2] ?? '');
  const raw = /[rR]/.test(before) && (!isWord || /[bB]/.test(text[start - 2] ?? ''));
  for (let i = start + end.length; i < text.length; i++) {
    if (text[i] === '\\' && !raw) i++;
    else if (text.startsWith(end, i)) return i + end.length;
  }
  return text.length;
}

/** The offset of the `}` that ends the expression which starts at an offset, or -1. */
function endOfExpression(text: string, start: number): number {
  let depth = 0;
  for (let i = start; i < text.length;) {
    const c = text[i];
    if (c === '"' || c === "'") {
      i = skipString(text, i);
      continue;
    }
    if (c === '{') depth++;
    if (c === '}' && depth-- === 0) return i;
    i++;
  }
  return -1;
}

/**
 * Splits a string value into text and the expressions in `${ ... }`. An expression may itself hold braces and strings.
 * `$${` stands for the two characters `${`.
 * @throws {TemplateError} when a `${` has no end
 */
export function splitTemplate(text: string): TemplatePart[] {
  const parts: TemplatePart[] = [];
  let plain = '';
  for (let i = 0; i < text.length;) {
    if (text.startsWith('$${', i)) {
      plain += '${';
      i += 3;
    } else if (text.startsWith('${', i)) {
      const end = endOfExpression(text, i + 2);
      if (end < 0) throw new TemplateError('"${" has no matching "}"', i);
      if (plain !== '') parts.push({ kind: 'text', text: plain });
      plain = '';
      parts.push({ kind: 'expression', source: text.slice(i + 2, end), offset: i + 2 });
      i = end + 1;
    } else plain += text[i++] ?? '';
  }
  if (plain !== '' || parts.length === 0) parts.push({ kind: 'text', text: plain });
  return parts;
}
