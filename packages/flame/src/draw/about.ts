import type { TimeRange } from '../api.ts';
import type { Scene } from '../scene/scene.ts';
import { formatDuration } from '../time.ts';

/** What stands over a picture that leaves the page. Both are text, whatever they hold. */
export interface About {
  readonly title: string;
  readonly detail: string;
}

/** What a picture is of, in words: the run, or what it is called, and the part of it. */
export function aboutOf(scene: Scene, view: TimeRange, title: string | null): About {
  const { trace, time } = scene;
  const { name, workflow } = trace.execution;
  const cut = time.breaks.length === 0 ? '' : `, ${formatDuration(time.skipped)} of idle time cut`;
  const detail = `${view.start <= 0 ? '0' : formatDuration(view.start)} to ${formatDuration(view.end)}${cut}`;
  return { title: title ?? (name || (workflow ?? 'Flame chart')), detail };
}
