import { spanSentence } from '../describe.ts';
import { shownRow } from '../layout/layout.ts';
import { spanFrom } from '../scene/navigate.ts';
import type { Scene } from '../scene/scene.ts';
import type { ModeScene } from './mode-scene.ts';

/** The spans in the order of time: each row is a span. */
export function timeMode(scene: Scene): ModeScene {
  return {
    mode: 'time',
    scene,
    isClock: true,
    rows: null,
    settle: (span) => shownRow(scene.layout, span),
    rowOf: (span) => shownRow(scene.layout, span),
    spanOf: (row) => row,
    blockOf: () => null,
    step: (row, direction) => spanFrom(scene, row, direction),
    sentence: (row) => spanSentence(scene.trace, row),
  };
}
