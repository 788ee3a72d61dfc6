import { isJsonObject, type JsonObject, type JsonValue } from '@flowprof/model';
import type { ReactNode } from 'react';
import { Button } from 'react-aria-components';
import { Icon } from '../components/Icon.tsx';
import type { Problem } from './checks.ts';
import {
  BooleanField,
  ChoiceField,
  JsonField,
  NameField,
  NumberField,
  RowsFrame,
  TextField,
  WordsField,
} from './controls.tsx';
import { pointerOf, valueAt, withKey, type Path } from './json.ts';
import { renameKey, renameLimit, setField } from './operations.ts';
import { innerWorkflows } from './outline.ts';
import type { NodeType } from './params.ts';
import { problemAt } from './problems.ts';
import { freeId } from './references.ts';
import type { EditorAction } from './state.ts';

export interface SettingsProps {
  readonly file: JsonObject;
  /** The workflow whose settings they are. */
  readonly root: Path;
  readonly types: readonly NodeType[];
  readonly problems: readonly Problem[];
  readonly isDisabled: boolean;
  readonly dispatch: (action: EditorAction) => void;
}

interface PartProps extends SettingsProps {
  readonly workflow: JsonObject;
  readonly set: (field: string, value: JsonValue | undefined) => void;
  readonly fault: (field: string) => string | undefined;
}

const NAME = /^[A-Za-z_][A-Za-z0-9_-]{0,99}$/;

function objectAt(workflow: JsonObject, field: string): JsonObject {
  const value = workflow[field];
  return value !== undefined && isJsonObject(value) ? value : {};
}

interface NamedProps extends PartProps {
  readonly field: string;
  readonly label: string;
  readonly item: string;
  readonly help: string;
  /** What a new one holds. */
  readonly fresh: JsonValue;
  readonly onRename: (from: string, to: string) => void;
  readonly children: (props: {
    readonly value: JsonObject;
    readonly set: (field: string, value: JsonValue | undefined) => void;
    readonly fault: (field: string) => string | undefined;
  }) => ReactNode;
}

/** Things with names of their own: inputs, pools, rate limits. */
function Named({ workflow, field, label, item, help, fresh, onRename, set, fault, isDisabled, children }: NamedProps) {
  const object = objectAt(workflow, field);
  const names = Object.keys(object);
  const put = (made: JsonObject): void => set(field, Object.keys(made).length === 0 ? undefined : made);
  return (
    <RowsFrame
      label={label}
      help={help}
      item={item}
      count={names.length}
      isDisabled={isDisabled}
      onAdd={() => put({ ...object, [freeId(item.replaceAll(' ', '_'), new Set(names))]: fresh })}
      onRemove={(at) => put(withKey(object, names[at] ?? '', undefined))}
      nameOf={(at) => names[at] ?? ''}
    >
      {(at) => {
        const name = names[at] ?? '';
        const value = object[name];
        const own = value !== undefined && isJsonObject(value) ? value : {};
        const refuse = (to: string): string | null => {
          if (!NAME.test(to)) return 'A name starts with a letter or _ and holds only letters, digits, _ and -.';
          return Object.hasOwn(object, to) ? 'This name is taken.' : null;
        };
        return (
          <>
            <NameField
              label="Name"
              value={name}
              refuse={refuse}
              onChange={(to) => onRename(name, to)}
              isDisabled={isDisabled}
            />
            {children({
              value: own,
              set: (inner, made) => put({ ...object, [name]: withKey(own, inner, made) }),
              fault: (inner) => fault(`${field}${pointerOf([name, inner])}`),
            })}
          </>
        );
      }}
    </RowsFrame>
  );
}

const INPUT_TYPES = ['string', 'number', 'boolean', 'object', 'array'] as const;

function Inputs(props: PartProps) {
  const { workflow, set, isDisabled } = props;
  return (
    <Named
      {...props}
      field="inputs"
      label="Inputs"
      item="input"
      help="What a run can be given; expressions read input.<name>."
      fresh={{ type: 'string' }}
      onRename={(from, to) => set('inputs', renameKey(objectAt(workflow, 'inputs'), from, to))}
    >
      {({ value, set: setIn, fault }) => (
        <>
          <ChoiceField
            label="Type"
            value={value['type']}
            absent={null}
            options={INPUT_TYPES.map((type) => [type, type])}
            problem={fault('type')}
            onChange={(type) => setIn('type', type)}
            isDisabled={isDisabled}
          />
          <JsonField
            label="Default"
            value={value['default']}
            problem={fault('default')}
            onChange={(given) => setIn('default', given)}
            isDisabled={isDisabled}
          />
          <BooleanField
            label="Required"
            value={value['required']}
            problem={fault('required')}
            onChange={(given) => setIn('required', given)}
            isDisabled={isDisabled}
          />
          <BooleanField
            label="Secret"
            value={value['secret']}
            problem={fault('secret')}
            onChange={(given) => setIn('secret', given)}
            isDisabled={isDisabled}
          />
          <TextField
            label="Description"
            value={value['description']}
            problem={fault('description')}
            onChange={(given) => setIn('description', given)}
            isDisabled={isDisabled}
          />
        </>
      )}
    </Named>
  );
}

function Pools(props: PartProps) {
  const { root, dispatch, isDisabled } = props;
  const rename = (limits: 'pools' | 'rateLimits') => (from: string, to: string) =>
    dispatch({ kind: 'change', make: (file) => renameLimit(file, root, limits, from, to) });
  return (
    <>
      <Named
        {...props}
        field="pools"
        label="Pools"
        item="pool"
        help="How many of the nodes that name a pool may run at once."
        fresh={{ concurrency: 2 }}
        onRename={rename('pools')}
      >
        {({ value, set, fault }) => (
          <NumberField
            label="Places"
            value={value['concurrency']}
            problem={fault('concurrency')}
            onChange={(given) => set('concurrency', given)}
            isDisabled={isDisabled}
          />
        )}
      </Named>
      <Named
        {...props}
        field="rateLimits"
        label="Rate limits"
        item="rate limit"
        help="How many attempts of the nodes that name one may start in a second."
        fresh={{ perSecond: 10 }}
        onRename={rename('rateLimits')}
      >
        {({ value, set, fault }) => (
          <>
            <NumberField
              label="Per second"
              value={value['perSecond']}
              problem={fault('perSecond')}
              onChange={(given) => set('perSecond', given)}
              isDisabled={isDisabled}
            />
            <NumberField
              label="Burst"
              value={value['burst']}
              placeholder="1"
              problem={fault('burst')}
              onChange={(given) => set('burst', given)}
              isDisabled={isDisabled}
            />
          </>
        )}
      </Named>
    </>
  );
}

/** How many nodes of each type may run at once. */
function TypeLimits({ workflow, types, set, fault, isDisabled }: PartProps) {
  const limits = objectAt(workflow, 'typeConcurrency');
  const names = Object.keys(limits);
  const free = types.map(({ name }) => name).filter((name) => !names.includes(name) && name !== 'group');
  const put = (made: JsonObject): void => set('typeConcurrency', Object.keys(made).length === 0 ? undefined : made);
  return (
    <RowsFrame
      label="Limits of node types"
      item="limit of a type"
      count={names.length}
      isDisabled={isDisabled || free.length === 0}
      onAdd={() => put({ ...limits, [free[0] ?? 'http']: 2 })}
      onRemove={(at) => put(withKey(limits, names[at] ?? '', undefined))}
      nameOf={(at) => names[at] ?? ''}
    >
      {(at) => {
        const name = names[at] ?? '';
        return (
          <>
            <ChoiceField
              label="Type"
              value={name}
              absent={null}
              options={[name, ...free].map((type) => [type, type])}
              onChange={(to) => put(renameKey(limits, name, typeof to === 'string' ? to : name))}
              isDisabled={isDisabled}
            />
            <NumberField
              label="At once"
              value={limits[name]}
              problem={fault(`typeConcurrency${pointerOf([name])}`)}
              onChange={(given) => put({ ...limits, [name]: given ?? 1 })}
              isDisabled={isDisabled}
            />
          </>
        );
      }}
    </RowsFrame>
  );
}

/** The workflows inside the file, which nodes of type subworkflow call. */
function InnerWorkflows({ file, set, dispatch, isDisabled }: PartProps) {
  const names = innerWorkflows(file);
  const add = (): void => {
    const name = freeId('workflow', new Set(names));
    const inner = objectAt(file, 'workflows');
    set('workflows', { ...inner, [name]: { name, nodes: [] } });
    dispatch({ kind: 'root', root: ['workflows', name] });
  };
  return (
    <fieldset className="rows">
      <legend>Workflows inside this file</legend>
      <p className="muted field-help">Nodes of type subworkflow call them by their names.</p>
      <ul className="dependencies">
        {names.map((name) => (
          <li key={name}>
            <bdi>{name}</bdi>
            <Button
              className="button button-small"
              aria-label={`Open ${name}`}
              onPress={() => dispatch({ kind: 'root', root: ['workflows', name] })}
            >
              Open
            </Button>
            <Button
              className="icon-button"
              aria-label={`Remove ${name}`}
              isDisabled={isDisabled}
              onPress={() => {
                const left = withKey(objectAt(file, 'workflows'), name, undefined);
                set('workflows', Object.keys(left).length === 0 ? undefined : left);
              }}
            >
              <Icon name="cross" />
            </Button>
          </li>
        ))}
      </ul>
      <Button className="button button-small" isDisabled={isDisabled} onPress={add}>
        <Icon name="plus" />
        Add workflow
      </Button>
    </fieldset>
  );
}

/** What holds for a workflow as a whole. */
export function SettingsPanel(props: SettingsProps) {
  const { file, root, problems, isDisabled, dispatch } = props;
  const found = valueAt(file, root);
  const workflow = found !== undefined && isJsonObject(found) ? found : {};
  const part: PartProps = {
    ...props,
    workflow,
    set: (field, value) => {
      const path = [...root, field];
      dispatch({ kind: 'change', make: (before) => setField(before, path, value), about: pointerOf(path) });
    },
    fault: (field) => problemAt(problems, `${pointerOf(root)}/${field}`),
  };
  const field = (name: string) => ({
    value: workflow[name],
    problem: part.fault(name),
    onChange: (value: JsonValue | undefined) => part.set(name, value),
    isDisabled,
  });
  return (
    <section className="editor-panel" aria-label="Settings of the workflow">
      <div className="panel-head">
        <h2>Settings</h2>
      </div>
      <div className="panel-fields">
        <TextField label="Name" {...field('name')} />
        <TextField label="Description" lines={3} {...field('description')} />
        <NumberField label="Nodes at once" placeholder="4" {...field('concurrency')} />
        <NumberField label="Time limit of a run, ms" placeholder="none" {...field('timeoutMs')} />
        <WordsField label="Services" help="Names of services that the server provides." {...field('services')} />
        <Inputs {...part} />
        <Pools {...part} />
        <TypeLimits {...part} />
        <JsonField label="Output" help="The outputs of the nodes by id when empty." {...field('output')} />
        {root.length === 0 && <InnerWorkflows {...part} />}
      </div>
    </section>
  );
}
