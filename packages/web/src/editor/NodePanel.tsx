import { isJsonObject, type JsonObject, type JsonValue } from '@flowprof/model';
import type { ReactNode } from 'react';
import { Button } from 'react-aria-components';
import { Field } from '../alerts/Field.tsx';
import { Icon } from '../components/Icon.tsx';
import { ChoiceField, NameField, NumberField, TextField, WordsField } from './controls.tsx';
import type { Problem } from './checks.ts';
import { pointerOf, valueAt, type Path } from './json.ts';
import {
  connect,
  disconnect,
  duplicateNode,
  faultOfConnection,
  homesFor,
  moveNode,
  removeNodes,
  renameNode,
  setField,
  setParameter,
  setType,
} from './operations.ts';
import { rootOf, type Outline, type OutlineNode } from './outline.ts';
import { ParamField } from './ParamFields.tsx';
import { RETRY_WORDS, retryFields, withPolicy, type NodeType } from './params.ts';
import { problemAt } from './problems.ts';
import type { EditorAction } from './state.ts';

export interface NodePanelProps {
  readonly node: OutlineNode;
  readonly outline: Outline;
  /** The workflow that the node is in. */
  readonly workflow: JsonObject;
  readonly types: readonly NodeType[];
  readonly problems: readonly Problem[];
  readonly isDisabled: boolean;
  readonly dispatch: (action: EditorAction) => void;
  readonly onClose: () => void;
}

/** What the parts of the panel are given: the node, with setting and faults of its fields. */
interface PartProps extends NodePanelProps {
  readonly set: (field: string, value: JsonValue | undefined) => void;
  readonly fault: (field: string) => string | undefined;
  /** Whether nodes of this type have a field; of an unknown type all. */
  readonly has: (field: string) => boolean;
}

interface PanelPartProps {
  readonly title: string;
  /** Whether it is closed at first: there is nothing in it yet, and nothing wrong. */
  readonly isQuiet?: boolean;
  readonly children: ReactNode;
}

function Part({ title, isQuiet = false, children }: PanelPartProps) {
  return (
    <details className="panel-part" open={!isQuiet}>
      <summary>{title}</summary>
      <div className="panel-fields">{children}</div>
    </details>
  );
}

function isUnset({ node, fault }: Pick<PartProps, 'node' | 'fault'>, fields: readonly string[]): boolean {
  return fields.every((field) => node.value[field] === undefined && fault(field) === undefined);
}

const ID = /^[A-Za-z_][A-Za-z0-9_-]{0,99}$/;

function refuseId(outline: Outline, node: OutlineNode, id: string): string | null {
  if (!ID.test(id)) return 'An id starts with a letter or _ and holds only letters, digits, _ and -.';
  const other = outline.byId.get(id);
  return other && other !== node ? `"${other.label}" has this id already.` : null;
}

function Naming({ node, outline, types, isDisabled, dispatch, set, fault }: PartProps) {
  const homes = homesFor(outline, node.key);
  return (
    <Part title="What it is">
      <NameField
        key={node.key}
        label="Id"
        value={node.id}
        help="What others call it by; they follow when it changes."
        problem={fault('id')}
        refuse={(id) => refuseId(outline, node, id)}
        onChange={(id) => dispatch({ kind: 'edit', make: (file) => renameNode(file, node.key, id) })}
        isDisabled={isDisabled}
      />
      <TextField
        label="Name"
        value={node.value['name']}
        placeholder={node.id}
        problem={fault('name')}
        onChange={(value) => set('name', value)}
        isDisabled={isDisabled}
      />
      <ChoiceField
        label="Type"
        value={node.type === '' ? undefined : node.type}
        absent={null}
        options={types.map(({ name }) => [name, name])}
        problem={fault('type')}
        onChange={(type) =>
          dispatch({ kind: 'change', make: (file) => setType(file, node.key, typeof type === 'string' ? type : '') })
        }
        isDisabled={isDisabled}
      />
      {(homes.length > 0 || node.parent !== null) && (
        <ChoiceField
          label="Inside"
          value={node.parent ?? undefined}
          absent="the workflow itself"
          options={homes.map(({ key, label }) => [key, label])}
          onChange={(home) =>
            dispatch({
              kind: 'edit',
              make: (file) => moveNode(file, rootOf(node.path), node.key, typeof home === 'string' ? home : null),
            })
          }
          isDisabled={isDisabled}
        />
      )}
    </Part>
  );
}

function Parameters({ node, types, problems, isDisabled, dispatch }: PartProps) {
  const params = types.find(({ name }) => name === node.type)?.params ?? [];
  const given = node.value['with'];
  const object = given !== undefined && isJsonObject(given) ? given : {};
  const names = params.map(({ name }) => name);
  const unknown = Object.keys(object).filter((name) => !names.includes(name));
  const all = [
    ...params,
    ...unknown.map((name) => ({ name, control: { kind: 'json' as const }, isRequired: false, description: null })),
  ];
  if (all.length === 0) return null;
  return (
    <Part title="Parameters">
      {all.map((param) => (
        <ParamField
          key={`${node.key} ${param.name}`}
          param={param}
          value={object[param.name]}
          problemAt={(pointer) => problemAt(problems, pointerOf([...node.path, 'with', param.name]) + pointer)}
          onChange={(value) =>
            dispatch({
              kind: 'change',
              make: (file) => setParameter(file, node.key, param.name, value),
              about: `${node.key} with ${param.name}`,
            })
          }
          isDisabled={isDisabled}
        />
      ))}
    </Part>
  );
}

/** What a node could wait for: nodes beside it, and the cases of switches. */
function choicesFor(outline: Outline, node: OutlineNode): string[] {
  return outline.nodes.flatMap((other) => {
    if (other.parent !== node.parent || faultOfConnection(outline, other.key, node.key) !== null) return [];
    const names = [other.id, ...other.cases.map((name) => `${other.id}.${name}`)];
    return names.filter((name) => !node.dependsOn.includes(name));
  });
}

function Dependencies({ node, outline, isDisabled, dispatch, fault }: PartProps) {
  const choices = choicesFor(outline, node);
  return (
    <Part title="Waits for">
      {node.dependsOn.length === 0 && <p className="muted">Nothing: it starts as soon as there is room.</p>}
      <ul className="dependencies" aria-label="Waits for">
        {node.dependsOn.map((name) => (
          <li key={name}>
            <bdi>{name}</bdi>
            <Button
              className="icon-button"
              aria-label={`Do not wait for ${name}`}
              isDisabled={isDisabled}
              onPress={() => dispatch({ kind: 'edit', make: (file) => disconnect(file, node.key, name) })}
            >
              <Icon name="cross" />
            </Button>
          </li>
        ))}
      </ul>
      {fault('dependsOn') !== undefined && <p className="field-problem">{fault('dependsOn')}</p>}
      {choices.length > 0 && (
        <Field label="Let it wait for">
          {(control) => (
            <select
              {...control}
              value=""
              disabled={isDisabled}
              onChange={(event) => {
                const name = event.target.value;
                if (name !== '') dispatch({ kind: 'edit', make: (file) => connect(file, node.key, name) });
              }}
            >
              <option value="">Choose a node</option>
              {choices.map((name) => (
                <option key={name}>{name}</option>
              ))}
            </select>
          )}
        </Field>
      )}
    </Part>
  );
}

function Retries(props: PartProps) {
  const { node, isDisabled, set, fault, dispatch } = props;
  const given = node.value['retry'];
  const retry = given !== undefined && isJsonObject(given) ? given : null;
  const policy = typeof retry?.['policy'] === 'string' ? retry['policy'] : 'none';
  const help = RETRY_WORDS.find(([name]) => name === policy)?.[2] ?? null;
  const path: Path = [...node.path, 'retry'];
  const setIn = (field: string, value: JsonValue | undefined): void =>
    dispatch({
      kind: 'change',
      make: (file) => setField(file, [...path, field], value),
      about: pointerOf([...path, field]),
    });
  return (
    <Part title="When it fails" isQuiet={isUnset(props, ['retry'])}>
      <ChoiceField
        label="Retry policy"
        value={policy}
        absent={null}
        options={RETRY_WORDS.map(([name, words]) => [name, words])}
        help={help}
        problem={fault('retry/policy')}
        onChange={(name) => set('retry', withPolicy(retry, typeof name === 'string' ? name : 'none'))}
        isDisabled={isDisabled}
      />
      {retryFields(policy).map(([field, label, usual]) => (
        <NumberField
          key={field}
          label={label}
          value={retry?.[field]}
          placeholder={usual}
          problem={fault(`retry/${field}`)}
          onChange={(value) => setIn(field, value)}
          isDisabled={isDisabled}
        />
      ))}
      {policy !== 'none' && (
        <>
          <WordsField
            label="Only these failures"
            value={retry?.['on']}
            placeholder="all that may pass"
            help="Codes of failures, with commas between them."
            problem={fault('retry/on')}
            onChange={(value) => setIn('on', value)}
            isDisabled={isDisabled}
          />
          <WordsField
            label="Not these failures"
            value={retry?.['except']}
            problem={fault('retry/except')}
            onChange={(value) => setIn('except', value)}
            isDisabled={isDisabled}
          />
        </>
      )}
    </Part>
  );
}

/** A limit of the workflow that a node counts towards: one of those that are declared, or any name where none are. */
function LimitField(props: {
  readonly label: string;
  readonly declared: JsonValue | undefined;
  readonly value: JsonValue | undefined;
  readonly problem: string | undefined;
  readonly onChange: (value: JsonValue | undefined) => void;
  readonly isDisabled: boolean;
}) {
  const { declared, ...rest } = props;
  const names = declared !== undefined && isJsonObject(declared) ? Object.keys(declared) : [];
  if (names.length === 0) {
    return <TextField {...rest} help="The workflow declares none: its settings can, or the server has one." />;
  }
  return <ChoiceField {...rest} absent="none" options={names.map((name) => [name, name])} />;
}

const LIMIT_FIELDS = ['timeoutMs', 'attemptTimeoutMs', 'pool', 'rateLimit', 'priority', 'weight', 'onFailure'] as const;

function Limits(props: PartProps) {
  const { node, workflow, isDisabled, set, fault, has } = props;
  const field = (name: string) => ({
    value: node.value[name],
    problem: fault(name),
    onChange: (value: JsonValue | undefined) => set(name, value),
    isDisabled,
  });
  return (
    <Part title="Limits" isQuiet={isUnset(props, LIMIT_FIELDS)}>
      {has('timeoutMs') && (
        <NumberField label="Time limit, ms" help="For all attempts and their waits." {...field('timeoutMs')} />
      )}
      {has('attemptTimeoutMs') && <NumberField label="Time limit of an attempt, ms" {...field('attemptTimeoutMs')} />}
      {has('pool') && <LimitField label="Pool" declared={workflow['pools']} {...field('pool')} />}
      {has('rateLimit') && <LimitField label="Rate limit" declared={workflow['rateLimits']} {...field('rateLimit')} />}
      {has('priority') && (
        <NumberField label="Priority" placeholder="0" help="More starts first." {...field('priority')} />
      )}
      {has('weight') && <NumberField label="Share of the progress" placeholder="1" {...field('weight')} />}
      {has('onFailure') && (
        <ChoiceField
          label="After it has failed"
          absent={null}
          {...field('onFailure')}
          value={node.value['onFailure'] ?? 'stop'}
          options={[
            ['stop', 'what it is in fails with it'],
            ['continue', 'what depends on it runs all the same'],
          ]}
          onChange={(value) => set('onFailure', value === 'stop' ? undefined : value)}
        />
      )}
    </Part>
  );
}

function PanelHead({ node, isDisabled, dispatch, onClose }: NodePanelProps) {
  const root = rootOf(node.path);
  return (
    <div className="panel-head">
      <h2>
        <bdi>{node.label}</bdi> <bdi className="muted">{node.type}</bdi>
      </h2>
      <Button
        className="button button-small"
        isDisabled={isDisabled}
        onPress={() => dispatch({ kind: 'edit', make: (file) => duplicateNode(file, root, node.key) })}
      >
        Duplicate
      </Button>
      <Button
        className="button button-small"
        isDisabled={isDisabled}
        onPress={() => dispatch({ kind: 'edit', make: (file) => removeNodes(file, root, [node.key]) })}
      >
        Delete
      </Button>
      <Button className="icon-button" aria-label="Close the node" onPress={onClose}>
        <Icon name="cross" />
      </Button>
    </div>
  );
}

/** All that can be said of one node, and what is wrong with it at its field. */
export function NodePanel(props: NodePanelProps) {
  const { node, types, problems, dispatch } = props;
  const type = types.find(({ name }) => name === node.type);
  const part: PartProps = {
    ...props,
    set: (field, value) => {
      const path = [...node.path, field];
      dispatch({ kind: 'change', make: (file) => setField(file, path, value), about: pointerOf(path) });
    },
    fault: (field) => problemAt(problems, `${node.key}/${field}`),
    has: (field) => type === undefined || type.fields.includes(field) || valueAt(node.value, [field]) !== undefined,
  };
  const own = problems.find(({ pointer }) => pointer === node.key);
  return (
    <section className="editor-panel" aria-label={`Node ${node.label}`}>
      <PanelHead {...props} />
      {own && <p className="field-problem panel-problem">{own.message}</p>}
      <Naming {...part} />
      <Parameters {...part} />
      <Dependencies {...part} />
      <Part title="Condition" isQuiet={isUnset(part, ['when'])}>
        <TextField
          label="Runs only when"
          value={node.value['when']}
          placeholder="always"
          help="A CEL expression, such as nodes.fetch.output.status == 200"
          problem={part.fault('when')}
          onChange={(value) => part.set('when', value)}
          isDisabled={props.isDisabled}
        />
      </Part>
      {part.has('retry') && <Retries {...part} />}
      <Limits {...part} />
    </section>
  );
}
