import { HUES, oklch, TONES } from './color.ts';

/** The fill of a bar and the colour of the text on it. */
export interface Ink {
  readonly fill: string;
  readonly text: string;
}

/** How times that differ from those of a base are coloured. */
interface DifferenceInks {
  /** From a little to a lot. */
  readonly slower: readonly Ink[];
  readonly faster: readonly Ink[];
  readonly same: Ink;
  /** The ground that the patterns of what only one side has are drawn on. */
  readonly added: Ink;
  readonly removed: Ink;
}

/** Everything a picture is coloured by, as plain data; colours are `#rrggbb`. */
export interface Theme {
  readonly name: string;
  readonly fontFamily: string;
  /** In CSS pixels. */
  readonly fontSize: number;
  readonly background: string;
  readonly axisBackground: string;
  readonly axisText: string;
  readonly grid: string;
  readonly border: string;
  readonly text: string;
  readonly mutedText: string;
  /** By depth: nodes, attempts, phases; each with a fill per colour number. */
  readonly palette: readonly (readonly Ink[])[];
  readonly system: Ink;
  readonly wait: Ink;
  readonly sleep: Ink;
  readonly connect: Ink;
  readonly unaccounted: Ink;
  readonly failed: Ink;
  /** What a time limit ended. */
  readonly timeout: Ink;
  readonly cancelled: Ink;
  /** The lines of hatched and dotted patterns. */
  readonly pattern: string;
  readonly faded: Ink;
  readonly critical: string;
  readonly selection: string;
  readonly hover: string;
  readonly range: string;
  readonly minimapFill: string;
  readonly minimapShade: string;
  readonly minimapHandle: string;
  readonly match: string;
  /** What people noted on the time axis. */
  readonly note: string;
  readonly difference: DifferenceInks;
}

/** Hues from yellow to pink; red and its neighbours are kept for what failed. */
const FIRST_HUE = 68;
const LAST_HUE = 338;

/** By tone: how much lighter, and how much stronger than the palette's own lightness and chroma. */
const TONE = [
  { lighter: 0, stronger: 1.2 },
  { lighter: 1, stronger: 0.8 },
  { lighter: -1, stronger: 1 },
] as const;

function palette(lightness: number, swing: number, chroma: number, text: string): Ink[] {
  return Array.from({ length: HUES * TONES }, (_, i) => {
    const hue = FIRST_HUE + ((LAST_HUE - FIRST_HUE) * Math.floor(i / TONES)) / (HUES - 1);
    const tone = TONE[i % TONES];
    return { fill: oklch(lightness + swing * tone.lighter, chroma * tone.stronger, hue), text };
  });
}

const SLOWER_HUE = 27;
const FASTER_HUE = 255;

/** Inks from `from` to `to` (lightness and chroma), one for each step of a difference. */
function ramp(from: readonly [number, number], to: readonly [number, number], hue: number, text: string): Ink[] {
  return Array.from({ length: 5 }, (_, i) => {
    const mix = (at: 0 | 1): number => from[at] + ((to[at] - from[at]) * i) / 4;
    return { fill: oklch(mix(0), mix(1), hue), text };
  });
}

const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif';

export const LIGHT: Theme = {
  name: 'light',
  fontFamily: FONT,
  fontSize: 12,
  background: '#ffffff',
  axisBackground: '#ffffff',
  axisText: '#596273',
  grid: '#edf0f4',
  border: '#d9dee6',
  text: '#1c2230',
  mutedText: '#596273',
  palette: [
    palette(0.79, 0.07, 0.105, '#171c28'),
    palette(0.865, 0.035, 0.07, '#171c28'),
    palette(0.91, 0.025, 0.045, '#252b38'),
  ],
  system: { fill: '#dfe4ec', text: '#252b38' },
  wait: { fill: '#a9b1bf', text: '#171c28' },
  sleep: { fill: '#d3d9e2', text: '#252b38' },
  connect: { fill: '#e7ebf1', text: '#252b38' },
  unaccounted: { fill: '#f3f5f8', text: '#3b4354' },
  failed: { fill: '#c9302c', text: '#ffffff' },
  timeout: { fill: '#a85a00', text: '#ffffff' },
  cancelled: { fill: '#bfc5cf', text: '#171c28' },
  pattern: '#8d97a8',
  faded: { fill: '#eceff3', text: '#8b94a3' },
  critical: '#14181f',
  selection: '#1259d6',
  hover: '#171c28',
  range: '#1259d6',
  minimapFill: '#b9c6dc',
  minimapShade: '#e9edf3',
  minimapHandle: '#6b7689',
  match: '#b4530a',
  note: '#8137b8',
  difference: {
    slower: ramp([0.93, 0.035], [0.66, 0.19], SLOWER_HUE, '#171c28'),
    faster: ramp([0.93, 0.03], [0.68, 0.13], FASTER_HUE, '#171c28'),
    same: { fill: '#e3e7ee', text: '#252b38' },
    added: { fill: oklch(0.95, 0.025, SLOWER_HUE), text: '#171c28' },
    removed: { fill: oklch(0.96, 0.015, FASTER_HUE), text: '#171c28' },
  },
};

export const DARK: Theme = {
  name: 'dark',
  fontFamily: FONT,
  fontSize: 12,
  background: '#14171d',
  axisBackground: '#14171d',
  axisText: '#a3adbd',
  grid: '#20252e',
  border: '#303743',
  text: '#e7ebf2',
  mutedText: '#a3adbd',
  palette: [
    palette(0.465, 0.055, 0.095, '#f6f8fb'),
    palette(0.4, 0.035, 0.07, '#eef1f6'),
    palette(0.345, 0.025, 0.05, '#e3e8f0'),
  ],
  system: { fill: '#333a46', text: '#e3e8f0' },
  wait: { fill: '#6c7686', text: '#ffffff' },
  sleep: { fill: '#3d4552', text: '#e3e8f0' },
  connect: { fill: '#2b313b', text: '#e3e8f0' },
  unaccounted: { fill: '#1c2027', text: '#bcc5d2' },
  failed: { fill: '#b3261e', text: '#ffffff' },
  timeout: { fill: '#96520a', text: '#ffffff' },
  cancelled: { fill: '#4b5361', text: '#f1f4f8' },
  pattern: '#778294',
  faded: { fill: '#20252d', text: '#6d7786' },
  critical: '#ffd166',
  selection: '#7fb2ff',
  hover: '#e7ebf2',
  range: '#7fb2ff',
  minimapFill: '#44536b',
  minimapShade: '#0e1115',
  minimapHandle: '#98a3b5',
  match: '#ffb454',
  note: '#c99bf0',
  difference: {
    slower: ramp([0.33, 0.04], [0.54, 0.17], SLOWER_HUE, '#ffffff'),
    faster: ramp([0.33, 0.04], [0.55, 0.13], FASTER_HUE, '#ffffff'),
    same: { fill: '#333a46', text: '#e3e8f0' },
    added: { fill: oklch(0.27, 0.04, SLOWER_HUE), text: '#ffffff' },
    removed: { fill: oklch(0.25, 0.03, FASTER_HUE), text: '#ffffff' },
  },
};
