import { chooseWheel, useWheel, type Wheel } from '../execution/wheel.ts';
import { chooseTheme, THEME_CHOICES, useThemeChoice, type ThemeChoice } from '../shell/theme.ts';
import { Section } from './Section.tsx';

const THEME_WORDS: Readonly<Record<ThemeChoice, string>> = {
  system: 'As the device has it',
  light: 'Light',
  dark: 'Dark',
};

const WHEEL_WORDS: Readonly<Record<Wheel, string>> = {
  scroll: 'Scrolls; with Ctrl or Cmd it zooms',
  zoom: 'Zooms at the pointer',
};
const WHEELS: readonly Wheel[] = ['scroll', 'zoom'];

interface ChoiceProps<T extends string> {
  readonly legend: string;
  readonly name: string;
  readonly values: readonly T[];
  readonly words: Readonly<Record<T, string>>;
  readonly chosen: T;
  readonly onChoose: (value: T) => void;
}

function Choice<T extends string>({ legend, name, values, words, chosen, onChoose }: ChoiceProps<T>) {
  return (
    <fieldset className="settings-group">
      <legend>{legend}</legend>
      {values.map((value) => (
        <label key={value} className="settings-choice">
          <input type="radio" name={name} checked={value === chosen} onChange={() => onChoose(value)} />
          {words[value]}
        </label>
      ))}
    </fieldset>
  );
}

/** What is a matter of the reader's eye and hand; this browser keeps it. */
export function Appearance() {
  const theme = useThemeChoice();
  const wheel = useWheel();
  return (
    <Section
      title="Appearance"
      about="These are yours alone: this browser keeps them, and the server does not know them."
    >
      <Choice
        legend="Theme"
        name="theme"
        values={THEME_CHOICES}
        words={THEME_WORDS}
        chosen={theme}
        onChoose={chooseTheme}
      />
      <Choice
        legend="The wheel over the flame chart"
        name="wheel"
        values={WHEELS}
        words={WHEEL_WORDS}
        chosen={wheel}
        onChoose={chooseWheel}
      />
    </Section>
  );
}
