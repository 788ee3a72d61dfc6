import type { Page } from '@playwright/test';

/** A key as a keyboard of some layout gives it. */
interface Key {
  /** Its place, by what an English keyboard has there. */
  readonly code: string;
  /** What it prints, or its name. */
  readonly key: string;
  readonly shift?: true;
  readonly ctrl?: true;
}

export const LAYOUTS = ['QWERTY', 'AZERTY'] as const;
export type Keyboard = (typeof LAYOUTS)[number];

/** By how the list of shortcuts shows it: the same key on both keyboards, or on each of them. */
const SAME: Readonly<Record<string, Key>> = {
  S: { code: 'KeyS', key: 's' },
  D: { code: 'KeyD', key: 'd' },
  F: { code: 'KeyF', key: 'f' },
  R: { code: 'KeyR', key: 'r' },
  C: { code: 'KeyC', key: 'c' },
  I: { code: 'KeyI', key: 'i' },
  E: { code: 'KeyE', key: 'e' },
  N: { code: 'KeyN', key: 'n' },
  '+': { code: 'Equal', key: '+', shift: true },
  '↑': { code: 'ArrowUp', key: 'ArrowUp' },
  '↓': { code: 'ArrowDown', key: 'ArrowDown' },
  '←': { code: 'ArrowLeft', key: 'ArrowLeft' },
  '→': { code: 'ArrowRight', key: 'ArrowRight' },
  'Shift + ↑': { code: 'ArrowUp', key: 'ArrowUp', shift: true },
  'Shift + ↓': { code: 'ArrowDown', key: 'ArrowDown', shift: true },
  'Shift + ←': { code: 'ArrowLeft', key: 'ArrowLeft', shift: true },
  'Shift + →': { code: 'ArrowRight', key: 'ArrowRight', shift: true },
  'Page Down': { code: 'PageDown', key: 'PageDown' },
  'Page Up': { code: 'PageUp', key: 'PageUp' },
  Esc: { code: 'Escape', key: 'Escape' },
  Enter: { code: 'Enter', key: 'Enter' },
  'Shift + Enter': { code: 'Enter', key: 'Enter', shift: true },
  'Ctrl + F': { code: 'KeyF', key: 'f', ctrl: true },
  'Ctrl + Shift + P': { code: 'KeyP', key: 'P', ctrl: true, shift: true },
};

const OF_LAYOUT: Readonly<Record<Keyboard, Readonly<Record<string, Key>>>> = {
  QWERTY: {
    W: { code: 'KeyW', key: 'w' },
    A: { code: 'KeyA', key: 'a' },
    Q: { code: 'KeyQ', key: 'q' },
    '-': { code: 'Minus', key: '-' },
    '0': { code: 'Digit0', key: '0' },
    '1': { code: 'Digit1', key: '1' },
    '2': { code: 'Digit2', key: '2' },
    '3': { code: 'Digit3', key: '3' },
    '4': { code: 'Digit4', key: '4' },
    '.': { code: 'Period', key: '.' },
    ',': { code: 'Comma', key: ',' },
    '[': { code: 'BracketLeft', key: '[' },
    ']': { code: 'BracketRight', key: ']' },
    '/': { code: 'Slash', key: '/' },
    '?': { code: 'Slash', key: '?', shift: true },
  },
  // Letters and digits are taken by their place, signs by what is printed; AltGr, as on Linux, says nothing else.
  AZERTY: {
    W: { code: 'KeyW', key: 'z' },
    A: { code: 'KeyA', key: 'q' },
    Q: { code: 'KeyQ', key: 'a' },
    '-': { code: 'Digit6', key: '-' },
    '0': { code: 'Digit0', key: 'à' },
    '1': { code: 'Digit1', key: '&' },
    '2': { code: 'Digit2', key: 'é' },
    '3': { code: 'Digit3', key: '3', shift: true },
    '4': { code: 'Digit4', key: "'" },
    '.': { code: 'Comma', key: '.', shift: true },
    ',': { code: 'KeyM', key: ',' },
    '[': { code: 'Digit5', key: '[' },
    ']': { code: 'BracketRight', key: '$' },
    '/': { code: 'Period', key: '/', shift: true },
    '?': { code: 'KeyM', key: '?', shift: true },
  },
};

/** How the list of shortcuts shows the keys that are known here. */
export function knownKeys(keyboard: Keyboard): string[] {
  return [...Object.keys(SAME), ...Object.keys(OF_LAYOUT[keyboard])];
}

const VIRTUAL: Readonly<Record<string, number>> = {
  Enter: 13,
  Escape: 27,
  PageUp: 33,
  PageDown: 34,
  ArrowLeft: 37,
  ArrowUp: 38,
  ArrowRight: 39,
  ArrowDown: 40,
};

/** A person at a keyboard: presses keys by how the list of shortcuts shows them. */
export async function typist(page: Page, keyboard: Keyboard): Promise<(shown: string) => Promise<void>> {
  const session = await page.context().newCDPSession(page);
  return async (shown) => {
    const press = OF_LAYOUT[keyboard][shown] ?? SAME[shown];
    if (press === undefined) throw new Error(`no key is shown as ${shown}`);
    const { code, key, shift = false, ctrl = false } = press;
    const modifiers = (shift ? 8 : 0) + (ctrl ? 2 : 0);
    const event = { code, key, modifiers, windowsVirtualKeyCode: VIRTUAL[key] ?? key.toUpperCase().charCodeAt(0) };
    const prints = key.length === 1 && !ctrl;
    const text = key === 'Enter' ? '\r' : key;
    await session.send('Input.dispatchKeyEvent', {
      ...event,
      type: prints || key === 'Enter' ? 'keyDown' : 'rawKeyDown',
      ...((prints || key === 'Enter') && { text }),
    });
    await session.send('Input.dispatchKeyEvent', { ...event, type: 'keyUp' });
  };
}
