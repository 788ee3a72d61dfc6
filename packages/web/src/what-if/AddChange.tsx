import type { WhatIfChange } from '@flowprof/model';
import { useId, useState, type FormEvent } from 'react';
import { Button } from 'react-aria-components';
import { Field } from '../alerts/Field.tsx';
import { Icon } from '../components/Icon.tsx';
import { changeOf, EMPTY_FORM, KIND_WORDS, partsOf, type ChangeForm, type Names } from './form.ts';

interface AddChangeProps {
  readonly names: Names;
  readonly limits: readonly string[];
  readonly onAdd: (change: WhatIfChange) => void;
}

interface ChoiceProps {
  readonly label: string;
  readonly value: string;
  readonly names: readonly string[];
  readonly onChange: (value: string) => void;
}

/** One of a list of names. */
function NameChoice({ label, value, names, onChange }: ChoiceProps) {
  return (
    <Field label={label}>
      {(control) => (
        <select {...control} value={value} onChange={({ target }) => onChange(target.value)}>
          <option value="">Choose</option>
          {names.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      )}
    </Field>
  );
}

interface TargetProps {
  readonly form: ChangeForm;
  readonly names: Names;
  readonly isNeeded: boolean;
  readonly onChange: (target: string) => void;
}

/** A node, or all nodes of a type. */
function TargetChoice({ form, names, isNeeded, onChange }: TargetProps) {
  return (
    <Field label="Which nodes">
      {(control) => (
        <select {...control} value={form.target} onChange={({ target }) => onChange(target.value)}>
          <option value="">{isNeeded ? 'Choose' : 'all'}</option>
          <optgroup label="Nodes">
            {names.nodes.map((name) => (
              <option key={name} value={`node:${name}`}>
                {name}
              </option>
            ))}
          </optgroup>
          {form.kind !== 'drop_dependency' && form.kind !== 'add_dependency' && (
            <optgroup label="All of a type">
              {names.types.map((name) => (
                <option key={name} value={`type:${name}`}>
                  {name}
                </option>
              ))}
            </optgroup>
          )}
        </select>
      )}
    </Field>
  );
}

/** Adds a change of any kind; nodes, phases and limits are chosen of those that the execution has. */
export function AddChange({ names, limits, onAdd }: AddChangeProps) {
  const [form, setForm] = useState(EMPTY_FORM);
  const title = useId();
  const set = (change: Partial<ChangeForm>): void => setForm((before) => ({ ...before, ...change }));
  const parts = partsOf(form.kind);
  const change = changeOf(form);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (change === null) return;
    onAdd(change);
    setForm(EMPTY_FORM);
  };
  return (
    <form className="add-change" aria-labelledby={title} onSubmit={submit}>
      <h3 id={title}>Add a change</h3>
      <Field label="What is different">
        {(control) => (
          <select
            {...control}
            value={form.kind}
            onChange={({ target }) => set({ kind: KIND_WORDS.find(([kind]) => kind === target.value)?.[0] ?? 'speed' })}
          >
            {KIND_WORDS.map(([kind, words]) => (
              <option key={kind} value={kind}>
                {words}
              </option>
            ))}
          </select>
        )}
      </Field>
      {parts.target !== 'none' && (
        <TargetChoice
          form={form}
          names={names}
          isNeeded={parts.target === 'needed'}
          onChange={(target) => set({ target })}
        />
      )}
      {parts.other === 'on' && (
        <NameChoice label="On" value={form.on} names={names.nodes} onChange={(on) => set({ on })} />
      )}
      {parts.other === 'phase' && (
        <NameChoice label="Phase" value={form.phase} names={names.phases} onChange={(phase) => set({ phase })} />
      )}
      {parts.other === 'limit' && (
        <NameChoice label="Limit" value={form.limit} names={limits} onChange={(limit) => set({ limit })} />
      )}
      {parts.number !== null && (
        <Field label={parts.number}>
          {(control) => (
            <input
              {...control}
              type="text"
              inputMode="decimal"
              autoComplete="off"
              value={form.number}
              onChange={({ target }) => set({ number: target.value })}
            />
          )}
        </Field>
      )}
      <Button className="button" type="submit" isDisabled={change === null}>
        <Icon name="plus" />
        Add
      </Button>
    </form>
  );
}
