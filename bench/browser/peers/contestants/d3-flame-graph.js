import flamegraph from 'd3-flame-graph';
import { select } from 'd3-selection';

/** A flame graph knows no starts: the spans lie beside each other under one root, and a zoom goes to one of them. */
export function make(host) {
  const chart = flamegraph().width(host.clientWidth).cellHeight(18).minFrameSize(1).transitionDuration(0);
  let root = null;
  return {
    load(spans) {
      const children = [];
      for (let i = 0; i < spans.length; i++) {
        children.push({ name: spans.names[spans.name[i]], value: spans.duration[i] });
      }
      root = { name: 'all', value: spans.end, children };
      select(host).datum(root).call(chart);
    },
    search: (text) => chart.search(text),
  };
}
