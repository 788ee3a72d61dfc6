import { isJsonObject, type JsonObject, type JsonValue } from '@flowprof/model';
import { BooleanField, ChoiceField, JsonField, NumberField, RowsFrame, TextField } from './controls.tsx';
import { isList, pointerOf, withKey } from './json.ts';
import type { Param } from './params.ts';
import { showValue, readValue } from './values.ts';

interface ParamFieldProps {
  readonly param: Param;
  readonly value: JsonValue | undefined;
  readonly onChange: (value: JsonValue | undefined) => void;
  /** What is wrong at a pointer below the parameter; empty for the parameter itself. */
  readonly problemAt: (pointer: string) => string | undefined;
  readonly isDisabled: boolean;
}

/** An object with one of its entries under another name or with another value, in the same place. */
function withEntry(object: JsonObject, at: number, name: string, value: JsonValue): JsonObject {
  return Object.fromEntries(Object.entries(object).map((entry, index) => (index === at ? [name, value] : entry)));
}

function freeName(object: JsonObject): string {
  for (let n = 1; ; n++) {
    const name = n === 1 ? 'name' : `name_${n}`;
    if (!Object.hasOwn(object, name)) return name;
  }
}

/** Names with values: a row for each. */
function PairsField({ param, value, onChange, problemAt, isDisabled }: ParamFieldProps) {
  if (value !== undefined && !isJsonObject(value)) {
    const shared = { label: param.name, value, onChange, help: param.description, isDisabled };
    return <JsonField {...shared} problem={problemAt('')} />;
  }
  const object = value ?? {};
  const entries = Object.entries(object);
  const set = (made: JsonObject): void => onChange(Object.keys(made).length === 0 ? undefined : made);
  return (
    <RowsFrame
      label={param.name}
      help={param.description}
      problem={problemAt('')}
      item="entry"
      count={entries.length}
      isDisabled={isDisabled}
      onAdd={() => set({ ...object, [freeName(object)]: '' })}
      onRemove={(at) => set(withKey(object, entries[at]?.[0] ?? '', undefined))}
      nameOf={(at) => entries[at]?.[0] ?? ''}
    >
      {(at) => {
        const [name = '', item = ''] = entries[at] ?? [];
        const rename = (to: JsonValue | undefined): void => {
          if (typeof to === 'string' && !Object.hasOwn(object, to)) set(withEntry(object, at, to, item));
        };
        return (
          <>
            <TextField label="Name" value={name} onChange={rename} isDisabled={isDisabled} />
            <TextField
              label="Value"
              value={typeof item === 'string' ? item : showValue(item)}
              onChange={(to) => set(withEntry(object, at, name, typeof item === 'string' ? (to ?? '') : readAgain(to)))}
              isDisabled={isDisabled}
            />
          </>
        );
      }}
    </RowsFrame>
  );
}

/** The text of a value that was no string, as the value it stands for. */
function readAgain(text: JsonValue | undefined): JsonValue {
  return (typeof text === 'string' ? readValue(text) : text) ?? '';
}

/** A list of objects with fields of their own: the cases of a switch. */
function ObjectsField({ param, value, onChange, problemAt, isDisabled }: ParamFieldProps) {
  if (param.control.kind !== 'rows' || (value !== undefined && !isList(value))) {
    const shared = { label: param.name, value, onChange, help: param.description, isDisabled };
    return <JsonField {...shared} problem={problemAt('')} />;
  }
  const { fields } = param.control;
  const items = value ?? [];
  const item = param.name.replace(/s$/, '');
  const replace = (at: number, made: JsonValue): void =>
    onChange(items.map((old, index) => (index === at ? made : old)));
  return (
    <RowsFrame
      label={param.name}
      help={param.description}
      problem={items.length === 0 ? problemAt('') : undefined}
      item={item}
      count={items.length}
      isDisabled={isDisabled}
      onAdd={() => onChange([...items, Object.fromEntries(fields.map(({ name }) => [name, '']))])}
      onRemove={(at) => onChange(items.filter((_, index) => index !== at))}
      nameOf={(at) => {
        const one = items[at];
        const name = isJsonObject(one) ? one['name'] : null;
        return typeof name === 'string' && name !== '' ? name : String(at + 1);
      }}
    >
      {(at) => {
        const one = items[at];
        const object = isJsonObject(one) ? one : {};
        return fields.map((field) => (
          <ParamField
            key={field.name}
            param={field}
            value={object[field.name]}
            onChange={(made) => replace(at, withKey(object, field.name, made))}
            problemAt={(pointer) => problemAt(pointerOf([at, field.name]) + pointer)}
            isDisabled={isDisabled}
          />
        ));
      }}
    </RowsFrame>
  );
}

/** The control of one parameter, by its kind. */
export function ParamField(props: ParamFieldProps) {
  const { param, value, onChange, problemAt, isDisabled } = props;
  const shared = {
    label: param.isRequired ? `${param.name} (needed)` : param.name,
    value,
    onChange,
    help: param.description,
    problem: problemAt(''),
    isDisabled,
  };
  const { control } = param;
  switch (control.kind) {
    case 'text':
      return typeof value === 'string' || value === undefined ? (
        <TextField {...shared} lines={typeof value === 'string' && value.length > 60 ? 3 : 1} />
      ) : (
        <JsonField {...shared} />
      );
    case 'number':
      return <NumberField {...shared} />;
    case 'boolean':
      return <BooleanField {...shared} />;
    case 'choice':
      return <ChoiceField {...shared} options={control.options.map((option) => [option, option])} takesExpression />;
    case 'pairs':
      return <PairsField {...props} />;
    case 'rows':
      return <ObjectsField {...props} />;
    case 'json':
      return <JsonField {...shared} />;
    default:
      return control satisfies never;
  }
}
