import { useId, type ReactNode } from 'react';

/** What a control of a form is given by its field. */
export interface ControlProps {
  readonly id: string;
  readonly className: string;
  readonly 'aria-invalid': boolean;
  readonly 'aria-describedby': string | undefined;
}

interface FieldProps {
  readonly label: string;
  readonly help?: string | null;
  readonly problem?: string | undefined;
  readonly children: (control: ControlProps) => ReactNode;
}

/** A labelled control with what helps to fill it in, and what is wrong with what was. */
export function Field({ label, help = null, problem, children }: FieldProps) {
  const id = useId();
  const described = [help !== null && `${id}-help`, problem !== undefined && `${id}-problem`];
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children({
        id,
        className: 'field-input',
        'aria-invalid': problem !== undefined,
        'aria-describedby': described.filter(Boolean).join(' ') || undefined,
      })}
      {help !== null && (
        <p id={`${id}-help`} className="muted field-help">
          {help}
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
