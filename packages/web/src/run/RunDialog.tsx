import { useId, useState, type FormEvent } from 'react';
import { Button, Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import type { Workflow, WorkflowInput } from '../api/types.ts';
import { Icon } from '../components/Icon.tsx';
import { fieldText, readForm } from './inputs.ts';

type Input = Readonly<Record<string, unknown>>;

interface FieldProps {
  readonly input: WorkflowInput;
  readonly text: string;
  readonly problem: string | undefined;
  readonly isFirst: boolean;
}

/** One input: dots for a secret, a choice for what is true or false, several lines for JSON, else one line. */
function Field({ input, text, problem, isFirst }: FieldProps) {
  const id = useId();
  const described = [input.description !== null && `${id}-help`, problem !== undefined && `${id}-problem`];
  const shared = {
    id,
    name: input.name,
    className: 'field-input',
    defaultValue: text,
    'aria-invalid': problem !== undefined,
    'aria-describedby': described.filter(Boolean).join(' ') || undefined,
    // The dialog was opened to fill in its first field.
    // oxlint-disable-next-line jsx-a11y/no-autofocus
    autoFocus: isFirst,
  };
  return (
    <div className="field">
      <label htmlFor={id}>
        <bdi>{input.name}</bdi>{' '}
        <span className="muted">
          {input.type}
          {input.secret && ', secret'}
          {input.required && input.fallback === undefined ? ', required' : ''}
        </span>
      </label>
      {input.secret && <input {...shared} type="password" autoComplete="new-password" spellCheck={false} />}
      {!input.secret && input.type === 'boolean' && (
        <select {...shared}>
          <option value="">as the workflow has it</option>
          <option value="true">true</option>
          <option value="false">false</option>
        </select>
      )}
      {!input.secret && (input.type === 'object' || input.type === 'array') && (
        <textarea {...shared} rows={3} spellCheck={false} />
      )}
      {!input.secret && (input.type === 'string' || input.type === 'number') && (
        <input
          {...shared}
          type="text"
          inputMode={input.type === 'number' ? 'decimal' : 'text'}
          autoComplete="off"
          spellCheck={false}
        />
      )}
      {input.description !== null && (
        <p id={`${id}-help`} className="muted field-help">
          {input.description}
        </p>
      )}
      {problem !== undefined && (
        <p id={`${id}-problem`} className="field-problem" role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}

interface FormProps {
  readonly workflow: Workflow;
  /** What is done with the inputs. */
  readonly verb: 'Run' | 'Resume';
  /** What the fields hold at first, in place of the defaults. */
  readonly initial: Input;
  readonly pending: boolean;
  readonly error: Error | null;
  readonly onRun: (input: Input) => void;
  readonly onClose: () => void;
}

function RunForm({ workflow, verb, initial, pending, error, onRun, onClose }: FormProps) {
  const [problems, setProblems] = useState<ReadonlyMap<string, string>>(new Map());
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    const result = readForm(workflow.inputs, (name) => {
      const text = data.get(name);
      return typeof text === 'string' ? text : '';
    });
    setProblems('problems' in result ? result.problems : new Map());
    if ('input' in result) onRun(result.input);
  };
  return (
    <form className="run-form" onSubmit={submit} noValidate>
      {workflow.inputs.map((input, at) => (
        <Field
          key={input.name}
          input={input}
          text={fieldText(input, initial[input.name])}
          problem={problems.get(input.name)}
          isFirst={at === 0}
        />
      ))}
      {error && (
        <p className="field-problem" role="alert">
          It could not be started: {error.message}
        </p>
      )}
      <div className="dialog-actions">
        <Button className="button" onPress={onClose}>
          Cancel
        </Button>
        <Button className="button button-primary" type="submit" isDisabled={pending}>
          <Icon name={pending ? 'running' : 'play'} />
          {pending ? 'Starting' : verb}
        </Button>
      </div>
    </form>
  );
}

interface RunDialogProps extends Omit<FormProps, 'workflow'> {
  /** Null while the dialog is closed. */
  readonly workflow: Workflow | null;
}

/** Asks for the inputs of a workflow before it runs. */
export function RunDialog({ workflow, ...form }: RunDialogProps) {
  return (
    <ModalOverlay
      className="overlay"
      isDismissable
      isOpen={workflow !== null}
      onOpenChange={(isOpen) => !isOpen && form.onClose()}
    >
      <Modal className="modal modal-narrow">
        <Dialog className="dialog">
          <div className="dialog-head">
            <Heading slot="title">
              {form.verb} <bdi>{workflow?.name}</bdi>
            </Heading>
            <Button className="icon-button" aria-label="Close" onPress={form.onClose}>
              <Icon name="cross" />
            </Button>
          </div>
          {workflow && <RunForm workflow={workflow} {...form} />}
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
