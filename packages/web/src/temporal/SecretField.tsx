import { Field } from '../alerts/Field.tsx';
import type { ConnectionDraft, DraftField } from './connectionForm.ts';
import type { SecretName } from './types.ts';

interface SecretFieldProps {
  readonly of: SecretName;
  readonly label: string;
  /** Whether it is several lines. */
  readonly isLong?: boolean;
  readonly problem?: DraftField;
  readonly draft: ConnectionDraft;
  readonly kept: ReadonlySet<SecretName>;
  readonly problems: Readonly<Partial<Record<DraftField, string>>>;
  readonly onChange: (change: Partial<ConnectionDraft>) => void;
}

/** A secret to be given, or given anew: one that is kept is never shown, and stays where nothing is typed. */
export function SecretField({ of, label, isLong = false, problem, draft, kept, problems, onChange }: SecretFieldProps) {
  const isKept = kept.has(of);
  const isForgotten = draft.forgotten.has(of);
  const write = (text: string) => onChange({ secrets: { ...draft.secrets, [of]: text } });
  const forget = (isWanted: boolean) => {
    const forgotten = new Set(draft.forgotten);
    if (isWanted) forgotten.add(of);
    else forgotten.delete(of);
    onChange({ forgotten });
  };
  const shared = {
    value: draft.secrets[of],
    disabled: isForgotten,
    placeholder: isKept && !isForgotten ? 'kept, and not shown' : undefined,
    autoComplete: 'off',
    spellCheck: false,
  };
  return (
    <>
      <Field label={label} problem={problem === undefined ? undefined : problems[problem]}>
        {(control) =>
          isLong ? (
            <textarea {...control} {...shared} rows={3} onChange={({ target }) => write(target.value)} />
          ) : (
            <input
              {...control}
              {...shared}
              // Browsers offer to keep what a password field holds; one that says it is new they do not fill in.
              type="password"
              autoComplete="new-password"
              onChange={({ target }) => write(target.value)}
            />
          )
        }
      </Field>
      {isKept && (
        <label className="settings-choice connection-forget">
          <input type="checkbox" checked={isForgotten} onChange={({ target }) => forget(target.checked)} />
          <span>Forget the {label.replace(/^[A-Z](?=[a-z])/, (first) => first.toLowerCase())} that is kept</span>
        </label>
      )}
    </>
  );
}
