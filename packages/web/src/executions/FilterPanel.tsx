import { useId, type ReactNode } from 'react';
import { Button } from 'react-aria-components';
import { useWorkflows } from '../api/queries.ts';
import { Icon } from '../components/Icon.tsx';
import { words } from '../format/value.ts';
import { CommitInput } from './CommitInput.tsx';
import { isInputFilter, MOST_INPUTS, type ListFilter, type ListScope } from './filter.ts';
import { fromLocalInput, toLocalInput } from './moments.ts';
import { useNameOf, useProjectChoices, type Choice } from './queries.ts';
import { parseSeconds } from './seconds.ts';

/** What starts executions, as far as flowprof itself names it; others may be typed into the address. */
const TRIGGERS = ['manual', 'schedule', 'webhook', 'retry', 'import', 'otlp', 'callback', 'temporal', 'demo'];

interface FilterPanelProps {
  readonly workspace: string | undefined;
  readonly scope: ListScope;
  readonly filter: ListFilter;
  readonly onChange: (change: Partial<ListFilter>) => void;
}

function Labelled({ label, children }: { readonly label: string; readonly children: (id: string) => ReactNode }) {
  const id = useId();
  return (
    <div className="filter-field">
      <label htmlFor={id}>{label}</label>
      {children(id)}
    </div>
  );
}

interface ChooserProps {
  readonly label: string;
  readonly all: string;
  readonly value: string | null;
  /** What the value is called where it is not among the choices. */
  readonly valueName: string | null;
  readonly choices: readonly Choice[];
  readonly onChange: (value: string | null) => void;
}

function Chooser({ label, all, value, valueName, choices, onChange }: ChooserProps) {
  const isListed = value === null || choices.some(({ id }) => id === value);
  return (
    <Labelled label={label}>
      {(id) => (
        <select
          id={id}
          className="select"
          value={value ?? ''}
          onChange={(event) => onChange(event.target.value || null)}
        >
          <option value="">{all}</option>
          {!isListed && <option value={value}>{valueName ?? value}</option>}
          {choices.map((choice) => (
            <option key={choice.id} value={choice.id}>
              {choice.name}
            </option>
          ))}
        </select>
      )}
    </Labelled>
  );
}

function Owners({ workspace, scope, filter, onChange }: FilterPanelProps) {
  const workflows = useWorkflows(workspace);
  const projects = useProjectChoices(workspace, true);
  const workflowName = useNameOf('workflows', workspace, filter.workflow);
  const projectName = useNameOf('projects', workspace, filter.project);
  const triggers = TRIGGERS.map((id) => ({ id, name: words(id) }));
  return (
    <>
      {scope.workflow === undefined && (
        <Chooser
          label="Workflow"
          all="All workflows"
          value={filter.workflow}
          valueName={workflowName}
          choices={workflows.data?.items ?? []}
          onChange={(workflow) => onChange({ workflow })}
        />
      )}
      {scope.workflow === undefined && scope.project === undefined && (
        <Chooser
          label="Project"
          all="All projects"
          value={filter.project}
          valueName={projectName}
          choices={projects}
          onChange={(project) => onChange({ project })}
        />
      )}
      <Chooser
        label="Trigger"
        all="Any trigger"
        value={filter.trigger}
        valueName={filter.trigger && words(filter.trigger)}
        choices={triggers}
        onChange={(trigger) => onChange({ trigger })}
      />
    </>
  );
}

function Inputs({ filter, onChange }: Pick<FilterPanelProps, 'filter' | 'onChange'>) {
  const { inputs } = filter;
  const add = (text: string) => {
    const input = text.trim();
    if (isInputFilter(input)) onChange({ inputs: [...new Set([...inputs, input])].slice(0, MOST_INPUTS) });
  };
  return (
    <Labelled label="Input value">
      {(id) => (
        <>
          {inputs.map((input) => (
            <span key={input} className="filter-value">
              <bdi>{input}</bdi>
              <Button
                className="chip-remove"
                aria-label={`Remove the input ${input}`}
                onPress={() => onChange({ inputs: inputs.filter((one) => one !== input) })}
              >
                <Icon name="cross" />
              </Button>
            </span>
          ))}
          {inputs.length < MOST_INPUTS && (
            <CommitInput
              id={id}
              key={inputs.length}
              className="filter-input"
              placeholder="mode:fast"
              maxLength={1200}
              value=""
              onCommit={add}
            />
          )}
        </>
      )}
    </Labelled>
  );
}

function numberText(seconds: number | null): string {
  return seconds === null ? '' : `${seconds} s`;
}

/** The filters that are not always on the page. */
export function FilterPanel(props: FilterPanelProps) {
  const { filter, onChange } = props;
  return (
    <div className="filter-panel">
      <Owners {...props} />
      <Labelled label="Version">
        {(id) => (
          <CommitInput
            id={id}
            className="filter-input filter-short"
            inputMode="numeric"
            placeholder="any"
            value={filter.version === null ? '' : String(filter.version)}
            onCommit={(text) => onChange({ version: /^[1-9]\d{0,8}$/.test(text.trim()) ? Number(text) : null })}
          />
        )}
      </Labelled>
      <Labelled label="Started from">
        {(id) => (
          <input
            id={id}
            type="datetime-local"
            className="filter-input"
            value={toLocalInput(filter.from)}
            onChange={(event) => onChange({ from: fromLocalInput(event.target.value), range: null })}
          />
        )}
      </Labelled>
      <Labelled label="Started before">
        {(id) => (
          <input
            id={id}
            type="datetime-local"
            className="filter-input"
            value={toLocalInput(filter.to)}
            onChange={(event) => onChange({ to: fromLocalInput(event.target.value), range: null })}
          />
        )}
      </Labelled>
      <Labelled label="Took at least">
        {(id) => (
          <CommitInput
            id={id}
            className="filter-input filter-short"
            placeholder="30 s"
            value={numberText(filter.minSeconds)}
            onCommit={(text) => onChange({ minSeconds: parseSeconds(text) })}
          />
        )}
      </Labelled>
      <Labelled label="Took at most">
        {(id) => (
          <CommitInput
            id={id}
            className="filter-input filter-short"
            placeholder="2 min"
            value={numberText(filter.maxSeconds)}
            onCommit={(text) => onChange({ maxSeconds: parseSeconds(text) })}
          />
        )}
      </Labelled>
      <Labelled label="External id">
        {(id) => (
          <CommitInput
            id={id}
            className="filter-input"
            placeholder="id in its own system"
            maxLength={5000}
            value={filter.externalId ?? ''}
            onCommit={(text) => onChange({ externalId: text.trim() || null })}
          />
        )}
      </Labelled>
      <Inputs filter={filter} onChange={onChange} />
    </div>
  );
}
