import { useMemo } from 'react';
import type { WorkflowTabProps } from '../workflow/types.ts';
import { EditorSession } from './EditorSession.tsx';
import { definitionOf } from './queries.ts';
import { inOrder } from './jsonText.ts';

/** The workflow as a graph that can be changed. */
export function EditorTab({ workspace, workflow, mayChange }: WorkflowTabProps) {
  const { definition, version } = workflow;
  const base = useMemo(() => ({ file: inOrder(definitionOf({ definition })), version }), [definition, version]);
  return <EditorSession workspace={workspace} workflow={workflow} base={base} mayChange={mayChange} />;
}
