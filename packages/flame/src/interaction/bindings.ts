import type { ChartMode, Direction } from '../values.ts';

/** What a chart can be told to do by a key. */
export type Command =
  | { readonly type: 'zoom'; readonly factor: number }
  | { readonly type: 'pan'; readonly fraction: number }
  | { readonly type: 'scroll'; readonly lanes: number }
  | { readonly type: 'whole' }
  | { readonly type: 'focus-span' }
  | { readonly type: 'fit-span' }
  | { readonly type: 'move'; readonly direction: Direction }
  | { readonly type: 'clear' }
  | { readonly type: 'range-span' }
  | { readonly type: 'zoom-range' }
  | { readonly type: 'range-edge'; readonly edge: 'start' | 'end'; readonly by: number }
  | { readonly type: 'toggle'; readonly layer: 'criticalPath' | 'queue' | 'cutIdle' }
  | { readonly type: 'fold' }
  | { readonly type: 'mode'; readonly mode: ChartMode }
  | { readonly type: 'help' };

export interface Binding {
  /** `event.code` for letters, so that they lie in the same place on every keyboard; `event.key` otherwise. */
  readonly codes?: readonly string[];
  readonly keys?: readonly string[];
  /** How the key is shown in the list of shortcuts. */
  readonly shown: string;
  readonly does: string;
  readonly command: Command;
  /** Whether the key is taken only while the chart itself has the focus, because it means something elsewhere too. */
  readonly focusOnly?: boolean;
  /** Whether Shift belongs to it; for keys that print nothing, which mean something else without. */
  readonly shift?: boolean;
}

/** The keyboard of a flame chart: the one table that keys are looked up in and that help is made of. */
export const BINDINGS: readonly Binding[] = [
  { codes: ['KeyW'], shown: 'W', does: 'Zoom in', command: { type: 'zoom', factor: 1 / 1.5 } },
  { codes: ['KeyS'], shown: 'S', does: 'Zoom out', command: { type: 'zoom', factor: 1.5 } },
  { codes: ['KeyA'], shown: 'A', does: 'Move left', command: { type: 'pan', fraction: -0.15 } },
  { codes: ['KeyD'], shown: 'D', does: 'Move right', command: { type: 'pan', fraction: 0.15 } },
  { keys: ['+', '='], shown: '+', does: 'Zoom in', command: { type: 'zoom', factor: 1 / 2 } },
  { keys: ['-', '_'], shown: '-', does: 'Zoom out', command: { type: 'zoom', factor: 2 } },
  { codes: ['Digit0', 'Numpad0'], keys: ['0'], shown: '0', does: 'Show the whole run', command: { type: 'whole' } },
  {
    codes: ['KeyF'],
    shown: 'F',
    does: 'Zoom to the selected range; else centre the selected span, again: fit it',
    command: { type: 'focus-span' },
  },
  { keys: ['Enter'], shown: 'Enter', does: 'Fit the selected span', command: { type: 'fit-span' }, focusOnly: true },
  {
    keys: ['ArrowUp'],
    shown: '↑',
    does: 'Go to the parent',
    command: { type: 'move', direction: 'parent' },
    focusOnly: true,
  },
  {
    keys: ['ArrowDown'],
    shown: '↓',
    does: 'Go to the first child',
    command: { type: 'move', direction: 'child' },
    focusOnly: true,
  },
  {
    keys: ['ArrowRight'],
    shown: '→',
    does: 'Go to the next sibling',
    command: { type: 'move', direction: 'next-sibling' },
    focusOnly: true,
  },
  {
    keys: ['ArrowLeft'],
    shown: '←',
    does: 'Go to the previous sibling',
    command: { type: 'move', direction: 'previous-sibling' },
    focusOnly: true,
  },
  { keys: ['.'], shown: '.', does: 'Next span in the lane', command: { type: 'move', direction: 'next' } },
  { keys: [','], shown: ',', does: 'Previous span in the lane', command: { type: 'move', direction: 'previous' } },
  {
    codes: ['BracketLeft'],
    keys: ['['],
    shown: '[',
    does: 'What the node waited for longest',
    command: { type: 'move', direction: 'dependency' },
  },
  {
    codes: ['BracketRight'],
    keys: [']'],
    shown: ']',
    does: 'The first node that waited for it',
    command: { type: 'move', direction: 'dependent' },
  },
  { codes: ['KeyR'], shown: 'R', does: 'Select the range of the selected span', command: { type: 'range-span' } },
  ...(
    [
      ['ArrowRight', '→', 'Move the end of the range later', 'end', 0.02],
      ['ArrowLeft', '←', 'Move the end of the range earlier', 'end', -0.02],
      ['ArrowDown', '↓', 'Move the start of the range later', 'start', 0.02],
      ['ArrowUp', '↑', 'Move the start of the range earlier', 'start', -0.02],
    ] as const
  ).map(([key, arrow, does, edge, by]): Binding => ({
    keys: [key],
    shift: true,
    shown: `Shift + ${arrow}`,
    does,
    command: { type: 'range-edge', edge, by },
    focusOnly: true,
  })),
  {
    keys: ['PageDown'],
    shown: 'Page Down',
    does: 'Scroll down',
    command: { type: 'scroll', lanes: 12 },
    focusOnly: true,
  },
  { keys: ['PageUp'], shown: 'Page Up', does: 'Scroll up', command: { type: 'scroll', lanes: -12 }, focusOnly: true },
  { keys: ['Escape'], shown: 'Esc', does: 'Clear the range, then the selection', command: { type: 'clear' } },
  { codes: ['KeyC'], shown: 'C', does: 'Critical path on or off', command: { type: 'toggle', layer: 'criticalPath' } },
  { codes: ['KeyQ'], shown: 'Q', does: 'Queue time on or off', command: { type: 'toggle', layer: 'queue' } },
  {
    codes: ['KeyI'],
    shown: 'I',
    does: 'Cut idle stretches or show them',
    command: { type: 'toggle', layer: 'cutIdle' },
  },
  { codes: ['Digit1'], keys: ['1'], shown: '1', does: 'Show by time', command: { type: 'mode', mode: 'time' } },
  {
    codes: ['Digit2'],
    keys: ['2'],
    shown: '2',
    does: 'Merge by name, heaviest to the left',
    command: { type: 'mode', mode: 'left-heavy' },
  },
  {
    codes: ['Digit3'],
    keys: ['3'],
    shown: '3',
    does: 'Callers and callees of the selected name',
    command: { type: 'mode', mode: 'sandwich' },
  },
  { codes: ['Digit4'], keys: ['4'], shown: '4', does: 'A row for each node', command: { type: 'mode', mode: 'gantt' } },
  { codes: ['KeyE'], shown: 'E', does: 'Fold or open the row (Gantt)', command: { type: 'fold' } },
  { keys: ['?'], shown: '?', does: 'List the shortcuts', command: { type: 'help' } },
];

/** What of a keyboard event is looked at. */
export type KeyPress = Pick<
  KeyboardEvent,
  'code' | 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey' | 'getModifierState'
>;

function withShift(name: string, { shift = false }: Pick<Binding, 'shift'>): string {
  return shift ? `Shift+${name}` : name;
}

const BY_CODE = new Map(BINDINGS.flatMap((binding) => (binding.codes ?? []).map((code) => [code, binding] as const)));
const BY_KEY = new Map(
  BINDINGS.flatMap((binding) => (binding.keys ?? []).map((key) => [withShift(key, binding), binding] as const)),
);

/** Whether a key names itself (`Enter`, `ArrowUp`) and prints no sign. */
function isNamed(key: string): boolean {
  return /^[A-Z][A-Za-z0-9]+$/.test(key);
}

/**
 * The binding of a key press, by the sign that it prints, else by its place, so that signs work wherever a layout has
 * them and letters lie where they lie on an English keyboard. None with Ctrl, Cmd or Alt, which belong to the browser
 * and the page; AltGr is no such key but part of typing a sign.
 */
export function bindingOf(press: KeyPress): Binding | null {
  const typing = press.getModifierState('AltGraph');
  if (press.metaKey || (!typing && (press.ctrlKey || press.altKey))) return null;
  const key = withShift(press.key, { shift: press.shiftKey && isNamed(press.key) });
  const byKey = BY_KEY.get(key);
  if (byKey || typing) return byKey ?? null;
  return isNamed(press.key) && press.key !== 'Dead' && press.key !== 'Unidentified'
    ? null
    : (BY_CODE.get(press.code) ?? null);
}
