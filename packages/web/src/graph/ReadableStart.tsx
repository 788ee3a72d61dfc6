import { getViewportForBounds, useReactFlow, useStore, useStoreApi } from '@xyflow/react';
import { useEffect, useRef } from 'react';

/** Below this zoom the words on a card can no longer be read. */
const READABLE = 0.75;
/** Around a graph that fits, as a part of its frame; around one that does not, in CSS pixels. */
const PADDING = 0.1;
const MARGIN = 20;

/** What of a graph is shown at first. */
export type GraphStart = 'whole' | 'cut';

/** Shows a graph at first as a whole, where its words can be read then; else where it begins. Says which, once it does. */
export function ReadableStart({ onShown }: { readonly onShown: (start: GraphStart) => void }) {
  const isReady = useStore(({ panZoom, width, height, nodes }) => Boolean(panZoom && width && height && nodes.length));
  const { getNodes, getNodesBounds, setViewport } = useReactFlow();
  const store = useStoreApi();
  const isDone = useRef(false);
  useEffect(() => {
    if (!isReady || isDone.current) return;
    isDone.current = true;
    const { width, height } = store.getState();
    const bounds = getNodesBounds(getNodes());
    const whole = getViewportForBounds(bounds, width, height, 0, 1, PADDING);
    if (whole.zoom >= READABLE) {
      void setViewport(whole).then(() => onShown('whole'));
      return;
    }
    const tall = bounds.height * READABLE;
    const top = tall + 2 * MARGIN < height ? (height - tall) / 2 : MARGIN;
    const start = { x: MARGIN - bounds.x * READABLE, y: top - bounds.y * READABLE, zoom: READABLE };
    void setViewport(start).then(() => onShown('cut'));
  }, [isReady, getNodes, getNodesBounds, setViewport, store, onShown]);
  return null;
}
