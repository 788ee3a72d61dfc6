import { BINDINGS } from '@flowprof/flame';
import { describe, expect, it } from 'vitest';
import { shownOn } from './keyboardLayout.ts';

const azerty = new Map([
  ['KeyW', 'z'],
  ['KeyA', 'q'],
  ['KeyQ', 'a'],
  ['KeyS', 's'],
  ['BracketLeft', '^'],
]);

function shown(what: string, layout: ReadonlyMap<string, string>): string | undefined {
  const binding = BINDINGS.find(({ shown: as }) => as === what);
  return binding && shownOn(binding, layout);
}

describe('what a key is called', () => {
  it('is what the keyboard has in its place', () => {
    expect(['W', 'A', 'S', 'Q'].map((key) => shown(key, azerty))).toEqual(['Z', 'Q', 'S', 'A']);
  });

  it('is its sign where it is taken by that, and as in English where nobody knows', () => {
    expect([shown('[', azerty), shown('1', azerty), shown('F', azerty)]).toEqual(['[', '1', 'F']);
    expect(shown('W', new Map())).toBe('W');
  });
});
