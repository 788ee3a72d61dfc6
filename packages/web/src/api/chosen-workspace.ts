import { TAB_KEPT } from './storage.ts';

/** The tab keeps it, so that two tabs may show two workspaces. */
const STORAGE_KEY = 'flowprof.workspace';

/** The slug of the workspace to show: that of the address (`?workspace=`), else the one chosen before; null when none is. */
export function chosenWorkspace(): string | null {
  const asked = new URLSearchParams(location.search).get('workspace');
  if (asked !== null) chooseWorkspace(asked);
  return asked ?? TAB_KEPT.getItem(STORAGE_KEY);
}

/** Shows another workspace from the next load of the page on. */
export function chooseWorkspace(slug: string): void {
  TAB_KEPT.setItem(STORAGE_KEY, slug);
}

/** Which of the workspaces that there are is shown: the chosen one, else the first. */
export function shownOf<T extends { readonly slug: string }>(
  workspaces: readonly T[],
  chosen: string | null,
): T | null {
  return workspaces.find(({ slug }) => slug === chosen) ?? workspaces[0] ?? null;
}
