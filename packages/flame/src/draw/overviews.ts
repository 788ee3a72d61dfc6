import { allAtOnce, inSlices } from '@flowprof/model';
import type { TimeRange } from '../api.ts';
import { PageTurns } from '../load/turns.ts';
import type { Scene } from '../scene/scene.ts';
import { overviewInSteps, type Overview } from './minimap.ts';

/** Up to so many spans are counted while a picture is drawn. */
const AT_ONCE = 100_000;

interface Made {
  readonly scene: Scene;
  readonly columns: number;
  readonly overview: Overview;
}

/** The overview of what is shown: at once where that is little, else in slices, and until then the one before. */
export class Overviews {
  readonly #changed: () => void;
  #made: Made | null = null;
  #isCounting = false;

  /** @param changed is called when there is another one than was given last */
  constructor(changed: () => void) {
    this.#changed = changed;
  }

  forget(): void {
    if (this.#made !== null && this.#made.scene.layout.laneRows.length <= AT_ONCE) this.#made = null;
  }

  of(scene: Scene, reach: TimeRange, columns: number): Overview {
    const made = this.#made;
    if (made !== null && made.scene === scene && made.columns === columns) return made.overview;
    if (scene.layout.laneRows.length <= AT_ONCE) {
      const overview = allAtOnce(overviewInSteps(scene, reach, columns));
      this.#made = { scene, columns, overview };
      return overview;
    }
    if (!this.#isCounting) void this.#count(scene, reach, columns);
    return made?.overview ?? { reach, busy: new Float32Array(columns), failed: new Uint8Array(columns) };
  }

  async #count(scene: Scene, reach: TimeRange, columns: number): Promise<void> {
    this.#isCounting = true;
    const turns = new PageTurns();
    await turns.next(); // the picture first
    const overview = await inSlices(overviewInSteps(scene, reach, columns), turns);
    turns.close();
    this.#made = { scene, columns, overview };
    this.#isCounting = false;
    this.#changed();
  }
}
