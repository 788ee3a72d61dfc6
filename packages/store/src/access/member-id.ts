import { contentId } from '../content-id.ts';
import type { Identity } from './api.ts';

/** The id of someone in every workspace. */
export function memberIdOf({ issuer, subject }: Identity): string {
  return contentId(JSON.stringify([issuer, subject]));
}
