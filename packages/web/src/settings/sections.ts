import type { ComponentType } from 'react';
import { Appearance } from './Appearance.tsx';
import { Audit } from './Audit.tsx';
import { Connections } from './Connections.tsx';
import { Keys } from './Keys.tsx';
import { Members } from './Members.tsx';
import { Prices } from './Prices.tsx';
import { RetentionSection } from './RetentionSection.tsx';
import type { SectionProps } from './section-props.ts';
import { WorkspaceSection } from './WorkspaceSection.tsx';

interface SettingsSection {
  /** Its part of the address: `/settings/<id>`. */
  readonly id: string;
  readonly label: string;
  readonly component: ComponentType<SectionProps>;
}

/** The sections of the settings, in their order; the first is shown where none is named. */
export const SECTIONS: readonly SettingsSection[] = [
  { id: 'workspace', label: 'Workspace', component: WorkspaceSection },
  { id: 'members', label: 'Members', component: Members },
  { id: 'keys', label: 'API keys', component: Keys },
  { id: 'connections', label: 'Connections', component: Connections },
  { id: 'retention', label: 'Retention', component: RetentionSection },
  { id: 'prices', label: 'Prices', component: Prices },
  { id: 'audit', label: 'Audit log', component: Audit },
  { id: 'appearance', label: 'Appearance', component: Appearance },
];
