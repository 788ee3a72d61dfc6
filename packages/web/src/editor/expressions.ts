/** The offset behind a CEL string literal that starts at a quote; triple quotes and raw strings are known. */
function endOfString(text: string, start: number): number {
  const quote = text[start] ?? '';
  const end = text.startsWith(quote.repeat(3), start) ? quote.repeat(3) : quote;
  const isRaw = /(?:^|[^A-Za-z0-9_])[bB]?[rR]$/.test(text.slice(Math.max(0, start - 3), start));
  for (let i = start + end.length; i < text.length; i++) {
    if (text[i] === '\\' && !isRaw) i++;
    else if (text.startsWith(end, i)) return i + end.length;
  }
  return text.length;
}

/** A word, a string or any other character of an expression, with what stands before it left out. */
interface Token {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

function tokensOf(source: string): Token[] {
  const tokens: Token[] = [];
  const word = /[A-Za-z_][A-Za-z0-9_]*/y;
  for (let i = 0; i < source.length;) {
    const c = source[i] ?? '';
    if (/\s/.test(c)) {
      i++;
      continue;
    }
    word.lastIndex = i;
    const found = word.exec(source);
    const end = c === '"' || c === "'" ? endOfString(source, i) : found ? word.lastIndex : i + 1;
    tokens.push({ text: source.slice(i, end), start: i, end });
    i = end;
  }
  return tokens;
}

const PLAIN_ID = /^[A-Za-z_][A-Za-z0-9_]*$/;

/**
 * An expression that reads a node or a loop under another id: `nodes.a`, `nodes["a"]`, `loops.a`. Strings and the fields of
 * other values stay as they are.
 */
export function renameInExpression(source: string, from: string, to: string): string {
  if (!source.includes(from)) return source;
  const tokens = tokensOf(source);
  let made = '';
  let done = 0;
  for (let i = 0; i + 2 < tokens.length; i++) {
    const [variable, mark, name, close] = tokens.slice(i, i + 4);
    if (!variable || !mark || !name || (variable.text !== 'nodes' && variable.text !== 'loops')) continue;
    if (tokens[i - 1]?.text === '.') continue;
    const isField = mark.text === '.' && name.text === from;
    const isIndex =
      mark.text === '[' && close?.text === ']' && (name.text === `"${from}"` || name.text === `'${from}'`);
    if (!isField && !isIndex) continue;
    const end = isIndex ? (close?.end ?? name.end) : name.end;
    const access = isField && PLAIN_ID.test(to) ? `.${to}` : `["${to}"]`;
    made += source.slice(done, variable.end) + access;
    done = end;
  }
  return made + source.slice(done);
}

/** The offset of the `}` that ends the expression which starts at an offset, or -1. */
function endOfExpression(text: string, start: number): number {
  let depth = 0;
  for (let i = start; i < text.length;) {
    const c = text[i];
    if (c === '"' || c === "'") {
      i = endOfString(text, i);
      continue;
    }
    if (c === '{') depth++;
    if (c === '}' && depth-- === 0) return i;
    i++;
  }
  return -1;
}

/** A string with every expression in its `${ ... }` replaced. `$${` is no expression, and one without an end stays. */
export function mapTemplate(text: string, change: (source: string) => string): string {
  if (!text.includes('${')) return text;
  let made = '';
  for (let i = 0; i < text.length;) {
    if (text.startsWith('$${', i)) {
      made += '$${';
      i += 3;
    } else if (text.startsWith('${', i)) {
      const end = endOfExpression(text, i + 2);
      if (end < 0) return made + text.slice(i);
      made += `\${${change(text.slice(i + 2, end))}}`;
      i = end + 1;
    } else made += text[i++] ?? '';
  }
  return made;
}
