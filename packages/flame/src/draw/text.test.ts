import { describe, expect, it } from 'vitest';
import { TextMeter } from './text.ts';

function meterOf(): { meter: TextMeter; measured: string[] } {
  const measured: string[] = [];
  const meter = new TextMeter((text) => {
    measured.push(text);
    return text === '…' ? 8 : text.length * 10;
  });
  return { meter, measured };
}

describe('TextMeter', () => {
  it('adds up the widths of characters and measures each but once', () => {
    const { meter, measured } = meterOf();
    const before = measured.length;
    expect(meter.width('flow flow')).toBe(90);
    expect(measured.length).toBe(before);
    expect(meter.width('日本日本')).toBe(40);
    expect(measured.length).toBe(before + 2);
  });

  it.each([
    ['short', 50, 'short'],
    ['longer text', 60, 'longe…'],
    ['longer text', 31, ''],
    ['longer text', 38, 'lon…'],
    ['ab', 20, 'ab'],
    ['', 5, ''],
  ])('fits %j into %d', (text, room, wanted) => {
    expect(meterOf().meter.fit(text, room)).toBe(wanted);
  });

  it('never cuts a character in two', () => {
    expect(meterOf().meter.fit('ab😀😀😀😀', 58)).toBe('ab😀…');
  });
});
