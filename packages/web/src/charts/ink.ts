import { useMemo } from 'react';
import { useTheme, type Theme } from '../shell/theme.ts';

/** The tokens that charts are drawn with. */
const TOKENS = {
  text: '--text',
  soft: '--text-soft',
  line: '--line',
  strong: '--line-strong',
  surface: '--surface',
  accent: '--accent',
  work: '--cause-work',
  good: '--good',
  bad: '--bad',
  warn: '--warn',
  muted: '--cause-queue',
} as const;

/** The colours of a canvas, as the browser has resolved them for the theme in force. */
export interface Ink extends Readonly<Record<keyof typeof TOKENS | 'font', string>> {
  readonly theme: Theme;
}

/** Reads the tokens off the page: a canvas knows no custom properties. */
function readInk(theme: Theme): Ink {
  const probe = document.createElement('span');
  document.body.append(probe);
  const style = getComputedStyle(probe);
  const colour = (token: string): string => {
    probe.style.color = `var(${token})`;
    return style.color;
  };
  const ink: Ink = {
    theme,
    text: colour(TOKENS.text),
    soft: colour(TOKENS.soft),
    line: colour(TOKENS.line),
    strong: colour(TOKENS.strong),
    surface: colour(TOKENS.surface),
    accent: colour(TOKENS.accent),
    work: colour(TOKENS.work),
    good: colour(TOKENS.good),
    bad: colour(TOKENS.bad),
    warn: colour(TOKENS.warn),
    muted: colour(TOKENS.muted),
    font: `11px ${style.fontFamily}`,
  };
  probe.remove();
  return ink;
}

/** The colours of the theme in force; others once that changes. */
export function useInk(): Ink {
  const theme = useTheme();
  return useMemo(() => readInk(theme), [theme]);
}
