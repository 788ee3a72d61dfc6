import { Fields } from '../api/fields.ts';
import type { Kept } from '../api/storage.ts';
import { parseJson } from './json.ts';

/** What was being edited and not saved, as the browser keeps it. */
export interface Draft {
  readonly text: string;
  /** The version of the workflow that it was made from; null for a new workflow. */
  readonly version: number | null;
  /** When it was kept: milliseconds since the epoch. */
  readonly keptAt: number;
}

const PREFIX = 'flowprof.draft.';
/** How many drafts are kept; the oldest go. */
const MOST_DRAFTS = 20;

function keyOf(workflowId: string | null): string {
  return `${PREFIX}${workflowId ?? 'new'}`;
}

function readDraft(text: string | null): Draft | null {
  if (text === null) return null;
  try {
    const fields = new Fields(parseJson(text));
    return { text: fields.string('text'), version: fields.optionalNumber('version'), keptAt: fields.number('keptAt') };
  } catch {
    return null;
  }
}

/** The draft of a workflow, or that of a new one; null where there is none. */
export function findDraft(kept: Kept, workflowId: string | null): Draft | null {
  return readDraft(kept.getItem(keyOf(workflowId)));
}

function dropOldest(kept: Kept): void {
  const keys = Array.from({ length: kept.length }, (_, at) => kept.key(at) ?? '').filter((key) =>
    key.startsWith(PREFIX),
  );
  if (keys.length <= MOST_DRAFTS) return;
  const byAge = keys.map((key) => ({ key, keptAt: readDraft(kept.getItem(key))?.keptAt ?? 0 }));
  byAge.sort((a, b) => a.keptAt - b.keptAt);
  for (const { key } of byAge.slice(0, keys.length - MOST_DRAFTS)) kept.removeItem(key);
}

/** Keeps a draft. @returns whether the browser had room for it */
export function keepDraft(kept: Kept, workflowId: string | null, draft: Draft): boolean {
  try {
    kept.setItem(keyOf(workflowId), JSON.stringify(draft));
    dropOldest(kept);
    return true;
  } catch {
    return false;
  }
}

export function dropDraft(kept: Kept, workflowId: string | null): void {
  kept.removeItem(keyOf(workflowId));
}
