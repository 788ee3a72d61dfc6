import { assert, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseTraceparent } from './traceparent.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const PARENT = '00f067aa0ba902b7';

describe('a traceparent', () => {
  it.each([
    ['sampled', `00-${TRACE}-${PARENT}-01`, true],
    ['not sampled', `00-${TRACE}-${PARENT}-00`, false],
    ['with the random flag of level 2', `00-${TRACE}-${PARENT}-03`, true],
    ['with spaces around it, as headers may have', ` 00-${TRACE}-${PARENT}-01\t`, true],
    ['of a later version', `01-${TRACE}-${PARENT}-01`, true],
    ['of a later version that says more', `cc-${TRACE}-${PARENT}-01-what-the-future-will-be`, true],
  ])('is read: %s', (_, header, sampled) => {
    expect(parseTraceparent(header)).toEqual({ traceId: TRACE, parentId: PARENT, sampled });
  });

  it.each([
    ['nothing', ''],
    ['the forbidden version', `ff-${TRACE}-${PARENT}-01`],
    ['a trace id of zeros', `00-${'0'.repeat(32)}-${PARENT}-01`],
    ['a parent id of zeros', `00-${TRACE}-${'0'.repeat(16)}-01`],
    ['upper case', `00-${TRACE.toUpperCase()}-${PARENT}-01`],
    ['more than version 00 has', `00-${TRACE}-${PARENT}-01-more`],
    ['a later version without the dash', `01-${TRACE}-${PARENT}-01more`],
    ['a short trace id', `00-${TRACE.slice(1)}-${PARENT}-01`],
    ['a long parent id', `00-${TRACE}-${PARENT}0-01`],
    ['letters that are no hex digits', `00-${TRACE.replace('4', 'g')}-${PARENT}-01`],
    ['no flags', `00-${TRACE}-${PARENT}`],
    ['two headers in one', `00-${TRACE}-${PARENT}-01,00-${TRACE}-${PARENT}-01`],
  ])('is ignored: %s', (_, header) => {
    expect(parseTraceparent(header)).toBeNull();
  });

  it('never throws, whatever a header says', () => {
    assert(
      property(string(), (header) => {
        expect(parseTraceparent(header)).toBeNull();
      }),
    );
  });
});
