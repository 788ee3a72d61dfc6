import { createDataFrame, createTheme, FieldType } from '@grafana/data';
import { FlameGraph } from '@grafana/flamegraph';
import { createElement } from 'react';
import { createRoot } from 'react-dom/client';

const theme = createTheme();

/** A flame graph knows no starts: the spans lie beside each other under one root. It has neither ranges nor panning. */
export function make(host) {
  const root = createRoot(host);
  return {
    async load(spans) {
      const level = [0];
      const value = [0];
      const self = [0];
      const label = ['all'];
      for (let i = 0; i < spans.length; i++) {
        level.push(1);
        value.push(spans.duration[i]);
        self.push(spans.duration[i]);
        label.push(spans.names[spans.name[i]]);
        value[0] += spans.duration[i];
      }
      const data = createDataFrame({
        fields: [
          { name: 'level', type: FieldType.number, values: level },
          { name: 'value', type: FieldType.number, values: value },
          { name: 'self', type: FieldType.number, values: self },
          { name: 'label', type: FieldType.string, values: label },
        ],
      });
      root.render(
        createElement(FlameGraph, { data, getTheme: () => theme, showFlameGraphOnly: true, disableCollapsing: true }),
      );
      await new Promise((resolve) => {
        const look = () => (host.querySelector('canvas') ? resolve() : requestAnimationFrame(look));
        look();
      });
    },
  };
}
