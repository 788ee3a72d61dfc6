import type { Me, Workspace } from '../api/types.ts';
import type { Role } from './types.ts';

/** What every section is given. */
export interface SectionProps {
  readonly workspace: Workspace;
  readonly me: Me;
  /** What the reader may do in this workspace. */
  readonly role: Role;
}
