import type { ReactNode } from 'react';
import { Button } from 'react-aria-components';
import { ApiError } from '../api/errors.ts';
import { Icon } from './Icon.tsx';

/** What happened, in a few words, by the code of the error. */
function headline(error: Error, what: string): string {
  if (!(error instanceof ApiError)) return `${what} could not be shown`;
  switch (error.code) {
    case 'network':
      return 'The server cannot be reached';
    case 'not_found':
      return `${what} was not found`;
    case 'forbidden':
      return 'You do not have permission for this';
    case 'unauthorized':
      return 'You are not signed in';
    case 'server':
      return 'The server had a problem';
    case 'refused':
      return 'The server refused the request';
    case 'bad_response':
      return 'The server sent something unexpected';
    default:
      return error.code satisfies never;
  }
}

/** What to do about it. */
function advice(error: Error): string {
  if (!(error instanceof ApiError)) return error.message;
  switch (error.code) {
    case 'network':
      return 'Is flowprof still running? This page tries again by itself every few seconds.';
    case 'not_found':
      return 'It may have been deleted, or belong to another workspace.';
    case 'forbidden':
      return `${error.message} Ask an admin of the workspace for it, or sign in with another key.`;
    default:
      return error.message;
  }
}

interface ErrorStateProps {
  readonly error: Error;
  /** What was asked for, as the subject of a sentence: "The list of executions". */
  readonly what: string;
  readonly onRetry: () => void;
  readonly children?: ReactNode;
}

/** In place of what could not be loaded: what failed, why, and a way on. */
export function ErrorState({ error, what, onRetry, children }: ErrorStateProps) {
  const final = error instanceof ApiError && (error.code === 'not_found' || error.code === 'forbidden');
  return (
    <div className="state" role="alert">
      <span className="state-icon state-icon-error">
        <Icon name="warning" />
      </span>
      <h2>{headline(error, what)}</h2>
      <p>{advice(error)}</p>
      <div className="state-actions">
        {!final && (
          <Button className="button" onPress={onRetry}>
            Try again
          </Button>
        )}
        {children}
      </div>
    </div>
  );
}

interface LostConnectionProps {
  /** Milliseconds since the epoch; 0 for never. */
  readonly loadedAt: number;
  readonly onRetry: () => void;
}

/** Above data that is shown although the server no longer answers. */
export function LostConnection({ loadedAt, onRetry }: LostConnectionProps) {
  const time = new Date(loadedAt).toLocaleTimeString();
  return (
    <div className="banner banner-warning">
      <Icon name="warning" />
      <output>
        <strong>Connection lost.</strong> This is what was known at {time}. Trying again every few seconds.
      </output>
      <Button className="button button-small" onPress={onRetry}>
        Try now
      </Button>
    </div>
  );
}
