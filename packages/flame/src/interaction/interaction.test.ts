import { describe, expect, it } from 'vitest';
import type { Viewport } from '../api.ts';
import { BINDINGS, bindingOf, type KeyPress } from './bindings.ts';
import { brushed, brushPartAt } from './brush.ts';
import { Glide } from './glide.ts';
import { wheelMoveOf, type WheelTurn } from './wheel.ts';

const press = (key: string, code: string, more: Partial<KeyPress> & { altGraph?: boolean } = {}): KeyPress => {
  const { altGraph = false, ...rest } = more;
  const getModifierState = (modifier: string) => modifier === 'AltGraph' && altGraph;
  return { key, code, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, getModifierState, ...rest };
};

describe('keys', () => {
  it('takes letters by their place, so that they work on any layout', () => {
    // the key in the place of W prints z on AZERTY
    expect(bindingOf(press('z', 'KeyW'))?.command).toEqual({ type: 'zoom', factor: 1 / 1.5 });
    expect(bindingOf(press('w', 'KeyZ'))).toBeNull();
  });

  it('takes signs by what they print', () => {
    expect(bindingOf(press('+', 'BracketRight'))?.command).toEqual({ type: 'zoom', factor: 0.5 });
    expect(bindingOf(press('?', 'Comma'))?.command).toEqual({ type: 'help' });
  });

  it('leaves keys with Ctrl, Cmd and Alt to the browser', () => {
    for (const modifier of ['ctrlKey', 'metaKey', 'altKey'] as const) {
      expect(bindingOf(press('s', 'KeyS', { [modifier]: true }))).toBeNull();
    }
  });

  it('takes a sign that AltGr prints, which says Ctrl and Alt on some systems, and nothing else with AltGr', () => {
    const altGr = { altGraph: true, ctrlKey: true, altKey: true };
    expect(bindingOf(press('[', 'Digit5', altGr))?.command).toEqual({ type: 'move', direction: 'dependency' });
    expect(bindingOf(press('ś', 'KeyS', altGr))).toBeNull();
  });

  it('takes a dead key by its place', () => {
    expect(bindingOf(press('Dead', 'BracketLeft'))?.command).toEqual({ type: 'move', direction: 'dependency' });
  });

  it('takes the digits of the main row by their place where they need Shift, and of the number pad with its lock', () => {
    expect(bindingOf(press('à', 'Digit0'))?.command).toEqual({ type: 'whole' });
    expect(bindingOf(press('0', 'Digit0', { shiftKey: true }))?.command).toEqual({ type: 'whole' });
    expect(bindingOf(press('Insert', 'Numpad0'))).toBeNull();
  });

  it('tells arrows with Shift from those without', () => {
    expect(bindingOf(press('ArrowRight', 'ArrowRight', { shiftKey: true }))?.command.type).toBe('range-edge');
    expect(bindingOf(press('ArrowRight', 'ArrowRight'))?.command.type).toBe('move');
    expect(bindingOf(press('PageDown', 'PageDown', { shiftKey: true }))).toBeNull();
  });

  it('binds no key twice', () => {
    const keys = BINDINGS.flatMap(({ codes = [], keys: printed = [], shift = false }) =>
      [...codes, ...printed].map((key) => `${shift} ${key}`),
    );
    expect(new Set(keys).size).toBe(keys.length);
  });
});

const turn = (more: Partial<WheelTurn>): WheelTurn => {
  return { deltaX: 0, deltaY: 0, deltaMode: 0, ctrlKey: false, metaKey: false, shiftKey: false, ...more };
};

describe('the wheel', () => {
  it.each([
    ['scrolls', turn({ deltaY: 40 }), { type: 'move', x: 0, y: 40 }],
    ['scrolls by lines', turn({ deltaY: 3, deltaMode: 1 }), { type: 'move', x: 0, y: 48 }],
    ['pans with Shift', turn({ deltaY: 40, shiftKey: true }), { type: 'move', x: 40, y: 0 }],
    ['pans sideways on a trackpad', turn({ deltaX: -9, deltaY: 2 }), { type: 'move', x: -9, y: 0 }],
  ])('%s', (_, event, move) => {
    expect(wheelMoveOf(event, 'scroll')).toEqual(move);
  });

  it('zooms with Ctrl or Cmd, in when turned up, and without either where that is wanted', () => {
    for (const event of [turn({ deltaY: -10, ctrlKey: true }), turn({ deltaY: -10, metaKey: true })]) {
      const move = wheelMoveOf(event, 'scroll');
      expect(move.type === 'zoom' && move.factor < 1).toBe(true);
    }
    expect(wheelMoveOf(turn({ deltaY: 10 }), 'zoom').type).toBe('zoom');
    expect(wheelMoveOf(turn({ deltaY: 10, shiftKey: true }), 'zoom').type).toBe('move');
  });
});

describe('the brush', () => {
  const window = { start: 100, end: 200 };
  it.each([
    [98, false, 'left'],
    [203, false, 'right'],
    [150, false, 'inside'],
    [150, true, 'outside'],
    [300, false, 'outside'],
  ] as const)('at %d with the whole run in view %s is %s', (x, whole, part) => {
    expect(brushPartAt(x, 100, 200, 6, whole)).toBe(part);
  });

  it('moves an edge, moves the window, or makes a new one; edges may cross', () => {
    expect(brushed('left', window, 100, 130)).toEqual({ start: 130, end: 200 });
    expect(brushed('right', window, 200, 50)).toEqual({ start: 50, end: 100 });
    expect(brushed('inside', window, 150, 160)).toEqual({ start: 110, end: 210 });
    expect(brushed('outside', window, 400, 300)).toEqual({ start: 300, end: 400 });
  });
});

function stage(): { glide: Glide; frame: (time: number) => void; pictures: Viewport[] } {
  const due: ((time: number) => void)[] = [];
  const pictures: Viewport[] = [];
  const scheduler = { request: (callback: (time: number) => void) => due.push(callback), cancel: () => {} };
  const glide: Glide = new Glide(
    { start: 0, end: 100, scrollTop: 0 },
    scheduler,
    () => pictures.push(glide.current),
    () => {},
  );
  return { glide, pictures, frame: (time) => due.splice(0).forEach((callback) => callback(time)) };
}

describe('gliding', () => {
  it('draws once a frame, however much changes', () => {
    const { glide, frame, pictures } = stage();
    glide.invalidate();
    glide.to({ start: 1, end: 2, scrollTop: 0 }, false);
    glide.to({ start: 2, end: 3, scrollTop: 0 }, false);
    frame(0);
    frame(16);
    expect(pictures).toEqual([{ start: 2, end: 3, scrollTop: 0 }]);
  });

  it('gets to its end and then stops', () => {
    const { glide, frame, pictures } = stage();
    const end = { start: 40, end: 60, scrollTop: 5 };
    glide.to(end, true);
    for (let time = 0; time < 1_000; time += 16) frame(time);
    expect(pictures.at(-1)).toEqual(end);
    expect(pictures.length).toBeGreaterThan(3);
    expect(pictures.length).toBeLessThan(15);
  });
});
