import 'uplot/dist/uPlot.min.css';
import '../styles/charts.css';
import { useEffect, useRef } from 'react';
import uPlot from 'uplot';

/** A drag over fewer CSS pixels is a click. */
const LEAST_DRAG = 4;

export type PlotOptions = Omit<uPlot.Options, 'width' | 'height'>;

/** What a person does with a chart. */
interface PlotEvents {
  /** The pointer is at the values of this position, or has left. */
  readonly onHover?: (at: number | null) => void;
  /** A click at the values of this position. */
  readonly onClick?: (at: number) => void;
  /** A part of the axis was dragged over, in its units. */
  readonly onSelect?: (low: number, high: number) => void;
  /** A double click. */
  readonly onReset?: () => void;
}

interface PlotProps {
  /** A new object makes the chart anew, so keep it between renders. */
  readonly options: PlotOptions;
  readonly data: uPlot.AlignedData;
  /** CSS pixels. */
  readonly height: number;
  readonly events?: PlotEvents;
  /** Given the chart whenever it is made anew, and null when it goes. */
  readonly onChart?: (chart: uPlot | null) => void;
}

/** The hooks that tell of what is done with a chart. */
function hooksOf(events: () => PlotEvents): uPlot.Hooks.Arrays {
  return {
    setCursor: [({ cursor }) => events().onHover?.(cursor.idx ?? null)],
    setSelect: [
      (chart) => {
        const { left, width } = chart.select;
        if (width < LEAST_DRAG) return;
        chart.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
        events().onSelect?.(chart.posToVal(left, 'x'), chart.posToVal(left + width, 'x'));
      },
    ],
    ready: [
      ({ over, cursor }) => {
        over.addEventListener('click', () => {
          if (cursor.idx !== null && cursor.idx !== undefined) events().onClick?.(cursor.idx);
        });
        over.addEventListener('dblclick', () => events().onReset?.());
      },
    ],
  };
}

/** A chart as wide as its place. What it shows stands in words and in a table beside it, so it is hidden from screen readers. */
export function Plot({ options, data, height, events = {}, onChart }: PlotProps) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | null>(null);
  const latest = useRef({ data, events, onChart });
  useEffect(() => {
    latest.current = { data, events, onChart };
  });
  useEffect(() => {
    const element = place.current;
    if (!element) return undefined;
    const size = () => ({ width: Math.max(1, element.clientWidth), height });
    const plugin = { hooks: hooksOf(() => latest.current.events) };
    const drag = { x: true, y: false, setScale: false, dist: LEAST_DRAG };
    const made = new uPlot(
      { ...options, ...size(), cursor: { y: false, drag, ...options.cursor }, plugins: [plugin] },
      latest.current.data,
      element,
    );
    chart.current = made;
    latest.current.onChart?.(made);
    const observer = new ResizeObserver(() => made.setSize(size()));
    observer.observe(element);
    return () => {
      observer.disconnect();
      chart.current = null;
      latest.current.onChart?.(null);
      made.destroy();
    };
  }, [options, height]);
  useEffect(() => {
    if (chart.current && chart.current.data !== data) chart.current.setData(data);
  }, [data]);
  return <div ref={place} className="plot" style={{ height }} aria-hidden="true" />;
}
