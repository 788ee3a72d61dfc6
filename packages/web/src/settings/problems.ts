import { ApiError } from '../api/errors.ts';

/** Why something could not be done, by the code of the server's answer, and what to do about it. */
export function whyNot(error: Error): string {
  if (!(error instanceof ApiError)) return error.message;
  switch (error.problem) {
    case 'last_admin':
      return 'There has to be one admin among the members. Make another one admin first.';
    case 'already_exists':
      return 'There is one of that name already.';
    case 'missing_scope':
      return 'Your role does not allow this. Ask an admin of the workspace.';
    case 'confirmation_required':
      return 'The name does not match.';
    case 'rate_limited':
      return 'Too many requests at once. Wait a minute and try again.';
    default:
      return error.message;
  }
}
