import { FlameChart } from 'flame-chart-js';

/** Times are given in milliseconds, as its own examples do. */
export function make(host) {
  const canvas = document.createElement('canvas');
  canvas.width = host.clientWidth;
  canvas.height = host.clientHeight;
  host.append(canvas);
  let chart = null;
  let view = { start: 0, end: 1 };
  const show = (range) => {
    view = range;
    chart.setZoom(range.start / 1000, range.end / 1000);
  };
  return {
    load(spans) {
      const data = [];
      for (let i = 0; i < spans.length; i++) {
        const name = spans.names[spans.name[i]];
        data.push({ name, start: spans.start[i] / 1000, duration: spans.duration[i] / 1000, type: name });
      }
      view = { start: 0, end: spans.end };
      chart = new FlameChart({ canvas, data });
    },
    zoom: show,
    pan: (by) => show({ start: view.start + by, end: view.end + by }),
  };
}
