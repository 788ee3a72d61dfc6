import { useId } from 'react';
import type { Baseline } from '../baselines/queries.ts';
import { againstKey, readAgainst, WINDOWS, type HistoryState } from './state.ts';

/** How many versions can be chosen from. */
const MOST_VERSIONS = 50;

interface ChoiceProps {
  readonly label: string;
  readonly value: string;
  readonly options: readonly (readonly [value: string, text: string])[];
  readonly onChange: (value: string) => void;
}

/** A labelled choice of one of several. */
export function Choice({ label, value, options, onChange }: ChoiceProps) {
  const id = useId();
  return (
    <span className="choice-field">
      <label htmlFor={id}>{label}</label>
      <select id={id} className="select" value={value} onChange={(event) => onChange(event.target.value)}>
        {options.map(([key, text]) => (
          <option key={key} value={key}>
            {text}
          </option>
        ))}
      </select>
    </span>
  );
}

interface ChoicesProps {
  readonly state: HistoryState;
  readonly onChange: (change: Partial<HistoryState>) => void;
  /** The newest version of the workflow. */
  readonly version: number;
}

/** Which executions are looked at. */
export function RunChoices({ state, onChange, version }: ChoicesProps) {
  const versions = Array.from({ length: Math.min(version, MOST_VERSIONS) }, (_, at) => String(version - at));
  return (
    <>
      <Choice
        label="Runs"
        value={String(state.runs)}
        options={WINDOWS.map((size) => [String(size), `the last ${size}`])}
        onChange={(value) => onChange({ runs: Number(value), from: null, to: null })}
      />
      {(version > 1 || state.version !== null) && (
        <Choice
          label="Version"
          value={state.version === null ? '' : String(state.version)}
          options={[['', 'all'], ...versions.map((number) => [number, number] as const)]}
          onChange={(value) => onChange({ version: value === '' ? null : Number(value), from: null, to: null })}
        />
      )}
    </>
  );
}

interface AgainstChoiceProps {
  readonly state: HistoryState;
  readonly onChange: (change: Partial<HistoryState>) => void;
  readonly baselines: readonly Baseline[];
}

/** What the newest executions are held against. */
export function AgainstChoice({ state, onChange, baselines }: AgainstChoiceProps) {
  const byDefault = baselines.find(({ isDefault }) => isDefault);
  return (
    <Choice
      label="Compare with"
      value={againstKey(state.against)}
      options={[
        ['auto', byDefault ? `the default baseline, ${byDefault.name}` : 'the runs before'],
        ...(byDefault ? [['last', 'the runs before'] as const] : []),
        ['previous', 'the run before'],
        ...baselines.map(({ id, name }) => [`baseline:${id}`, `baseline ${name}`] as const),
      ]}
      onChange={(value) => onChange({ against: readAgainst(value) })}
    />
  );
}
