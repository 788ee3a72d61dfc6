import { ChartPanel } from '../ChartPanel.tsx';
import type { TabProps } from './tab.ts';

/** The flame chart. */
export function ChartTab({ trace, analysis, steps, present, highlight, address, onHelp }: TabProps) {
  if (!trace) return <output className="skeleton skeleton-chart" aria-label="Loading the chart" />;
  return (
    <ChartPanel
      trace={trace}
      analysis={analysis}
      steps={steps}
      now={present}
      highlight={highlight}
      state={address.state}
      onChange={address.change}
      initialView={address.view()}
      onView={address.setView}
      onHelp={onHelp}
    />
  );
}
