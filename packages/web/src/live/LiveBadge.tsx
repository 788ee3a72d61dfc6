import type { WatchState } from './follower.ts';

const WORDS: Readonly<Record<WatchState, readonly [word: string, meaning: string]>> = {
  connecting: ['Connecting', 'Asked for every second until its events come by themselves'],
  live: ['Live', 'What happens is shown as it happens'],
  lost: ['Reconnecting', 'The live connection is lost: asked for every second until it is back. Nothing gets lost'],
  refused: ['Polling', 'The server sends no events here: asked for every second'],
};

/** How a running execution is watched. */
export function LiveBadge({ state }: { readonly state: WatchState }) {
  const [word, meaning] = WORDS[state];
  return (
    <output className={`live-badge live-badge-${state}`} title={meaning}>
      {word}
    </output>
  );
}
