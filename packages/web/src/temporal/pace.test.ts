import { describe, expect, it } from 'vitest';
import { marksWith, paceOf, paceWords, type Mark } from './pace.ts';

const at = (waiting: number) => ({ runs: 1000, waiting });

describe('how a sync gets on', () => {
  it('is what was read since the first mark, in the time since', () => {
    const marks = [at(900), at(700), at(300)].reduce<readonly Mark[]>(
      (seen, sync, i) => marksWith(seen, sync, i * 3000),
      [],
    );
    expect(paceOf(at(300), marks)).toEqual({ share: 0.7, perSecond: 100 });
  });

  it('is not known from one mark, nor where nothing was read', () => {
    expect(paceOf(at(10), [{ at: 0, done: 990 }])).toEqual({ share: 0.99, perSecond: null });
    expect(paceOf(at(10), marksWith([{ at: 0, done: 990 }], at(10), 5000))?.perSecond).toBeNull();
  });

  it('forgets what is long ago, what was read again since, and everything once nothing waits', () => {
    expect(marksWith([{ at: 0, done: 1 }], at(900), 40_000)).toEqual([{ at: 40_000, done: 100 }]);
    expect(marksWith([{ at: 0, done: 990 }], at(900), 3000)).toEqual([{ at: 3000, done: 100 }]);
    expect(marksWith([{ at: 0, done: 990 }], at(0), 3000)).toEqual([]);
    expect(paceOf(at(0), [])).toBeNull();
  });

  it('is told in whole numbers from ten on', () => {
    expect([0.44, 9.96, 139.6, 12_345].map(paceWords)).toEqual([
      '0.4 a second',
      '10 a second',
      '140 a second',
      '12,345 a second',
    ]);
  });
});
