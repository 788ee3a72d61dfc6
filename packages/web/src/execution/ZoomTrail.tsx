import { formatDuration } from '@flowprof/flame';
import { useEffect, useRef, useState } from 'react';
import { Button } from 'react-aria-components';
import { trailAfter } from './trail.ts';
import type { Stretch } from './urlState.ts';

/** How long a view must last to be a place on the trail. Milliseconds. */
const SETTLED_MS = 250;

/** The trail into the part of the run in view, which is told by `see` as often as it changes. */
export function useTrail(first: Stretch | null): {
  readonly trail: readonly Stretch[];
  readonly see: (view: Stretch | null) => void;
} {
  const [trail, setTrail] = useState<readonly Stretch[]>(() => trailAfter([], first));
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const [see] = useState(() => (view: Stretch | null) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setTrail((before) => trailAfter(before, view)), SETTLED_MS);
  });
  return { trail, see };
}

interface ZoomTrailProps {
  readonly trail: readonly Stretch[];
  /** Goes back to a place, or with null to the whole run. */
  readonly onGo: (place: Stretch | null) => void;
}

/** The nested zooms that led to what is in view, to go back to. */
export function ZoomTrail({ trail, onGo }: ZoomTrailProps) {
  return (
    <nav className="trail" aria-label="Zooms">
      <ol>
        <li>
          {trail.length === 0 ? (
            <span aria-current="location">Whole run</span>
          ) : (
            <Button className="link-button" onPress={() => onGo(null)}>
              Whole run
            </Button>
          )}
        </li>
        {trail.map((place, at) => {
          const text = `${formatDuration(place.end - place.start)} at ${formatDuration(Math.max(0, place.start))}`;
          return (
            <li key={`${place.start} ${place.end}`}>
              {at === trail.length - 1 ? (
                <span aria-current="location">{text}</span>
              ) : (
                <Button className="link-button" onPress={() => onGo(place)}>
                  {text}
                </Button>
              )}
            </li>
          );
        })}
      </ol>
    </nav>
  );
}
