import type { JsonValue } from '@flowprof/model';
import { useId, useState, type ReactNode } from 'react';
import { Button } from 'react-aria-components';
import { Field, type ControlProps } from '../alerts/Field.tsx';
import { Icon } from '../components/Icon.tsx';
import { isList, isSame } from './json.ts';
import { isUnfinished, readNumber, readValue, readWords, showValue } from './values.ts';

/** What every control of a value is given. */
interface ValueProps {
  readonly label: string;
  readonly value: JsonValue | undefined;
  /** @param value undefined takes it out of the file */
  readonly onChange: (value: JsonValue | undefined) => void;
  readonly help?: string | null;
  readonly problem?: string | undefined;
  readonly isDisabled?: boolean;
  readonly placeholder?: string;
}

interface TypedProps extends ValueProps {
  readonly show: (value: JsonValue | undefined) => string;
  readonly read: (text: string) => JsonValue | undefined;
  /** How many lines it shows; one where absent. */
  readonly lines?: number;
  readonly inputMode?: 'text' | 'decimal';
}

/** A value that is typed. What is typed stays as it is as long as it stands for the value: `1.` is not made to `1` at once. */
function TypedField({ show, read, lines = 1, inputMode = 'text', ...props }: TypedProps) {
  const { label, value, onChange, help = null, problem, isDisabled = false, placeholder } = props;
  const [typed, setTyped] = useState('');
  const text = isSame(read(typed), value) && (value !== undefined || typed.trim() === '') ? typed : show(value);
  const shared = {
    value: text,
    disabled: isDisabled,
    spellCheck: false,
    placeholder,
    onChange: (event: { readonly target: { readonly value: string } }) => {
      setTyped(event.target.value);
      onChange(read(event.target.value));
    },
  };
  return (
    <Field label={label} help={help} problem={problem}>
      {(control) =>
        lines > 1 ? (
          <textarea {...control} {...shared} rows={lines} />
        ) : (
          <input {...control} {...shared} type="text" inputMode={inputMode} autoComplete="off" />
        )
      }
    </Field>
  );
}

function showText(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : showValue(value);
}

/** A text. Empty is absent. */
export function TextField(props: ValueProps & { readonly lines?: number }) {
  return <TypedField {...props} show={showText} read={(text) => (text === '' ? undefined : text)} />;
}

/** A number, or an expression that gives one. */
export function NumberField(props: ValueProps) {
  return <TypedField {...props} show={showText} read={readNumber} inputMode="decimal" />;
}

function showWords(value: JsonValue | undefined): string {
  return isList(value) && value.every((item) => typeof item === 'string') ? value.join(', ') : showValue(value);
}

/** Words: a list of strings. */
export function WordsField(props: ValueProps) {
  return <TypedField {...props} show={showWords} read={readWords} />;
}

/** Any JSON, or a text with expressions. */
export function JsonField(props: ValueProps) {
  const text = showValue(props.value);
  const lines = Math.min(12, Math.max(2, text.split('\n').length));
  const unfinished = typeof props.value === 'string' && isUnfinished(props.value);
  const problem = props.problem ?? (unfinished ? 'This is no JSON yet, and is kept as text.' : undefined);
  return <TypedField {...props} problem={problem} show={showValue} read={readValue} lines={lines} />;
}

const EXPRESSION = '${}';

interface ChoiceProps extends ValueProps {
  /** What can be chosen: values with their words. */
  readonly options: readonly (readonly [value: JsonValue, words: string])[];
  /** What is said where nothing is chosen. */
  readonly absent?: string | null;
  /** Whether an expression can stand in its place. */
  readonly takesExpression?: boolean;
}

/** One of a few values, or an expression that gives one; a value that is none of them is shown as text. */
export function ChoiceField(props: ChoiceProps) {
  const { options, absent = 'as usual', takesExpression = false, value, onChange, isDisabled = false } = props;
  const at = options.findIndex(([option]) => isSame(option, value));
  if (value !== undefined && at < 0) {
    return <TextField {...props} help={props.help ?? 'Empty it to choose again.'} />;
  }
  const choose = (key: string): void => {
    if (key === 'expression') onChange(EXPRESSION);
    else onChange(key === '' ? undefined : options[Number(key)]?.[0]);
  };
  return (
    <Field label={props.label} help={props.help ?? null} problem={props.problem}>
      {(control) => (
        <select
          {...control}
          value={value === undefined ? '' : String(at)}
          disabled={isDisabled}
          onChange={(event) => choose(event.target.value)}
        >
          {(absent !== null || value === undefined) && <option value="">{absent ?? 'Choose'}</option>}
          {options.map(([, words], key) => (
            <option key={words} value={key}>
              {words}
            </option>
          ))}
          {takesExpression && <option value="expression">an expression…</option>}
        </select>
      )}
    </Field>
  );
}

const YES_NO: ChoiceProps['options'] = [
  [true, 'yes'],
  [false, 'no'],
];

export function BooleanField(props: ValueProps) {
  return <ChoiceField {...props} options={YES_NO} takesExpression />;
}

interface RowsFrameProps {
  readonly label: string;
  readonly help?: string | null;
  readonly problem?: string | undefined;
  /** What one of them is called, for its buttons. */
  readonly item: string;
  readonly count: number;
  readonly isDisabled?: boolean;
  readonly onAdd: () => void;
  readonly onRemove: (at: number) => void;
  readonly nameOf: (at: number) => string;
  readonly children: (at: number) => ReactNode;
}

/** Rows of controls, to which more can be added. */
export function RowsFrame(props: RowsFrameProps) {
  const { label, help = null, problem, item, count, isDisabled = false, onAdd, onRemove, nameOf, children } = props;
  const id = useId();
  return (
    <fieldset className="rows" aria-describedby={problem === undefined ? undefined : `${id}-problem`}>
      <legend>{label}</legend>
      {help !== null && <p className="muted field-help">{help}</p>}
      {problem !== undefined && (
        <p id={`${id}-problem`} className="field-problem">
          {problem}
        </p>
      )}
      {Array.from({ length: count }, (_, at) => (
        // Rows have no names of their own that could not be typed twice.
        // oxlint-disable-next-line react/no-array-index-key
        <div key={at} className="row">
          <div className="row-fields">{children(at)}</div>
          <Button
            className="icon-button"
            aria-label={`Remove ${item} ${nameOf(at)}`}
            isDisabled={isDisabled}
            onPress={() => onRemove(at)}
          >
            <Icon name="cross" />
          </Button>
        </div>
      ))}
      <Button className="button button-small" isDisabled={isDisabled} onPress={onAdd}>
        <Icon name="plus" />
        Add {item}
      </Button>
    </fieldset>
  );
}

/** A control that takes its word when it is left or Enter is pressed, and not before: what it names is named elsewhere. */
export function NameField(props: {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** Why a name cannot be taken; null where it can. */
  readonly refuse: (value: string) => string | null;
  readonly help?: string | null;
  readonly problem?: string | undefined;
  readonly isDisabled?: boolean;
}) {
  const { label, value, onChange, refuse, help = null, problem, isDisabled = false } = props;
  const [typed, setTyped] = useState<string | null>(null);
  const refusal = typed === null || typed === value ? null : refuse(typed);
  const settle = (): void => {
    if (typed !== null && typed !== value && refusal === null) onChange(typed);
    if (refusal === null) setTyped(null);
  };
  const shared = (control: ControlProps) => ({
    ...control,
    value: typed ?? value,
    disabled: isDisabled,
    spellCheck: false,
    autoComplete: 'off',
  });
  return (
    <Field label={label} help={help} problem={refusal ?? problem}>
      {(control) => (
        <input
          {...shared(control)}
          type="text"
          onChange={(event) => setTyped(event.target.value)}
          onBlur={settle}
          onKeyDown={(event) => {
            if (event.key === 'Enter') settle();
            if (event.key === 'Escape' && typed !== null) {
              event.stopPropagation();
              setTyped(null);
            }
          }}
        />
      )}
    </Field>
  );
}
