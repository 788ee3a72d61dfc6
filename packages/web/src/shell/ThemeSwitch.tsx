import { ToggleButton, ToggleButtonGroup, type Key } from 'react-aria-components';
import { Icon, type IconName } from '../components/Icon.tsx';
import { chooseTheme, isThemeChoice, THEME_CHOICES, useThemeChoice, type ThemeChoice } from './theme.ts';

const LABELS: Readonly<Record<ThemeChoice, readonly [label: string, icon: IconName]>> = {
  system: ['System theme', 'system'],
  light: ['Light theme', 'sun'],
  dark: ['Dark theme', 'moon'],
};

function choose(keys: Set<Key>): void {
  const text = String([...keys][0] ?? '');
  if (isThemeChoice(text)) chooseTheme(text);
}

/** Light, dark, or as the device has it. */
export function ThemeSwitch() {
  const choice = useThemeChoice();
  return (
    <ToggleButtonGroup
      className="segmented"
      aria-label="Theme"
      disallowEmptySelection
      selectedKeys={[choice]}
      onSelectionChange={choose}
    >
      {THEME_CHOICES.map((name) => {
        const [label, icon] = LABELS[name];
        return (
          <ToggleButton key={name} id={name} className="segment" aria-label={label}>
            <Icon name={icon} />
          </ToggleButton>
        );
      })}
    </ToggleButtonGroup>
  );
}
