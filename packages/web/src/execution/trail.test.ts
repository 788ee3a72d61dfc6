import { describe, expect, it } from 'vitest';
import { trailAfter } from './trail.ts';
import type { Stretch } from './urlState.ts';

const walk = (...views: readonly (Stretch | null)[]) =>
  views.reduce<readonly Stretch[]>((trail, view) => trailAfter(trail, view), []);
const view = (start: number, end: number): Stretch => ({ start, end });

describe('the trail of zooms', () => {
  it('is empty for the whole run, also after having been away', () => {
    expect(walk(view(1, 2), null)).toEqual([]);
  });

  it('leads from the widest to what is in view', () => {
    expect(walk(view(0, 100), view(10, 50), view(20, 30))).toEqual([view(0, 100), view(10, 50), view(20, 30)]);
  });

  it('does not grow by small steps or by moving sideways', () => {
    expect(walk(view(0, 100), view(0, 90), view(0, 80))).toEqual([view(0, 80)]);
    expect(walk(view(0, 100), view(10, 50), view(12, 52))).toEqual([view(0, 100), view(12, 52)]);
  });

  it('forgets what one has left', () => {
    expect(walk(view(0, 100), view(10, 50), view(200, 210))).toEqual([view(200, 210)]);
    expect(walk(view(0, 100), view(10, 50), view(20, 30), view(10, 50))).toEqual([view(0, 100), view(10, 50)]);
  });

  it('stays short', () => {
    const deep = Array.from({ length: 30 }, (_, at) => view(0, 2 ** (40 - at)));
    const trail = walk(...deep);
    expect(trail).toHaveLength(8);
    expect(trail.at(-1)).toEqual(deep.at(-1));
  });
});
