import type { ChartMode } from '@flowprof/flame';
import { ToggleButton, ToggleButtonGroup } from 'react-aria-components';
import { CHART_MODES } from '../urlState.ts';

const TITLES: Record<ChartMode, { readonly title: string; readonly says: string }> = {
  time: { title: 'Time order', says: 'What ran when' },
  'left-heavy': { title: 'Left-heavy', says: 'Merged by name, the heaviest to the left' },
  sandwich: { title: 'Sandwich', says: 'A name between its callers and its callees' },
  gantt: { title: 'Gantt', says: 'A row for each node' },
};

interface ModeSwitchProps {
  readonly mode: ChartMode;
  readonly onMode: (mode: ChartMode) => void;
}

/** The ways of showing the run; each has a key too. */
export function ModeSwitch({ mode, onMode }: ModeSwitchProps) {
  return (
    <ToggleButtonGroup
      className="segmented mode-switch"
      aria-label="Show as"
      disallowEmptySelection
      selectedKeys={[mode]}
      onSelectionChange={(keys) => {
        const chosen = CHART_MODES.find((one) => keys.has(one));
        if (chosen) onMode(chosen);
      }}
    >
      {CHART_MODES.map((one, i) => (
        <ToggleButton key={one} id={one} className="segment" aria-label={`${TITLES[one].title}: ${TITLES[one].says}`}>
          {TITLES[one].title}
          <kbd>{i + 1}</kbd>
        </ToggleButton>
      ))}
    </ToggleButtonGroup>
  );
}
