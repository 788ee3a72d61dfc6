/**
 * How much a client wants a media type, from 0 to 1, by its `Accept` header (RFC 9110, section 12.5.1); 0 for one that is
 * not named. Wildcards do not count: they say that anything will do.
 */
export function qualityOf(accept: string, mediaType: string): number {
  for (const range of accept.toLowerCase().split(',')) {
    const [name, ...parameters] = range.split(';').map((part) => part.trim());
    if (name !== mediaType) continue;
    const weight = parameters.find((parameter) => parameter.startsWith('q='));
    const quality = weight === undefined ? 1 : Number(weight.slice(2));
    return quality >= 0 && quality <= 1 ? quality : 0;
  }
  return 0;
}
