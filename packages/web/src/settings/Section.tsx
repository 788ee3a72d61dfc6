import type { ReactNode } from 'react';
import { ErrorState, LostConnection } from '../components/Notice.tsx';
import { whyNot } from './problems.ts';

interface SectionProps {
  readonly title: string;
  /** What it is for, in a sentence. */
  readonly about: ReactNode;
  /** What can be done in it, beside its title. */
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** A section of the settings with its title. */
export function Section({ title, about, actions, children }: SectionProps) {
  return (
    <section className="settings-section" aria-labelledby="settings-title">
      <div className="page-head">
        <h1 id="settings-title">{title}</h1>
        {actions}
      </div>
      <p className="settings-about muted">{about}</p>
      {children}
    </section>
  );
}

interface Asked<T> {
  readonly data: T | undefined;
  readonly error: Error | null;
  readonly dataUpdatedAt: number;
  readonly refetch: () => unknown;
}

interface LoadedProps<T> {
  readonly asked: Asked<T>;
  /** What was asked for, as the subject of a sentence. */
  readonly what: string;
  readonly children: (data: T) => ReactNode;
}

/** What was asked for, once it is there; until then that it is on its way, or why it is not. */
export function Loaded<T>({ asked, what, children }: LoadedProps<T>) {
  const { data, error, dataUpdatedAt, refetch } = asked;
  const retry = () => void refetch();
  if (data === undefined) {
    if (error) return <ErrorState error={error} what={what} onRetry={retry} />;
    return (
      <output className="list settings-loading" aria-busy="true" aria-label={`${what} is loading`}>
        {[1, 2, 3].map((row) => (
          <span key={row} className="skeleton-row">
            <span className="skeleton" />
            <span className="skeleton skeleton-long" />
          </span>
        ))}
      </output>
    );
  }
  return (
    <>
      {error && <LostConnection loadedAt={dataUpdatedAt} onRetry={retry} />}
      {children(data)}
    </>
  );
}

/** For whoever may not see or change a section: that it is so, and who may. */
export function OnlyAdmins({ what }: { readonly what: string }) {
  return (
    <div className="banner settings-note">
      <span>Only admins of the workspace {what}. Your role does not allow it; ask one of them.</span>
    </div>
  );
}

/** Why the last change was not made. */
export function Problem({ error, what }: { readonly error: Error | null; readonly what: string }) {
  if (error === null) return null;
  return (
    <p className="inline-error" role="alert">
      {what}: {whyNot(error)}
    </p>
  );
}
