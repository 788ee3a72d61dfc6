import { Buffer } from 'node:buffer';

/** What of a value would be in the base64 of something longer that holds it, whatever stands before it. */
function insideBase64(value: string): string[] {
  return [0, 1, 2].map((before) => {
    const text = Buffer.from('x'.repeat(before) + value).toString('base64');
    return text.slice(before === 0 ? 0 : before + 1, -4);
  });
}

/** The forms in which a value can be told from some bytes. */
function formsOf(value: string): string[] {
  const json = JSON.stringify(value).slice(1, -1);
  return [
    value,
    json,
    JSON.stringify(json).slice(1, -1),
    encodeURIComponent(value),
    encodeURIComponent(value).replaceAll('%20', '+'),
    encodeURI(value),
    Buffer.from(value).toString('hex'),
    ...insideBase64(value),
  ];
}

/** The names of the canaries that can be told from some bytes. */
export function leaksIn(bytes: string | Uint8Array, canaries: Readonly<Record<string, string>>): string[] {
  const text = typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString('latin1');
  const found = Object.entries(canaries).filter(([, value]) =>
    formsOf(value).some((form) => text.includes(form) || text.includes(Buffer.from(form).toString('latin1'))),
  );
  return found.map(([name]) => name);
}
