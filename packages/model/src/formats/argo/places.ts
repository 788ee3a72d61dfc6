import type { JsonObject } from '../../json.ts';
import { isJsonObject } from '../../json.ts';
import { textIn, textsIn } from '../loose.ts';

/** A node of a workflow's status. */
export interface ArgoNode {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly boundaryId: string | null;
  readonly children: readonly string[];
  readonly record: JsonObject;
}

/** The types that contain others by their nature (`workflow/v1alpha1.NodeType`). */
const CONTAINERS: ReadonlySet<string> = new Set(['Steps', 'StepGroup', 'DAG', 'TaskGroup', 'Retry']);

export function isContainer({ type }: ArgoNode): boolean {
  return CONTAINERS.has(type);
}

/** The nodes of a status, by their ids. */
export function argoNodes(nodes: JsonObject): ReadonlyMap<string, ArgoNode> {
  const found = new Map<string, ArgoNode>();
  for (const [key, record] of Object.entries(nodes)) {
    if (!isJsonObject(record)) continue;
    const id = textIn(record, 'id') ?? key;
    found.set(id, {
      id,
      name: textIn(record, 'name', 'displayName') ?? id,
      type: textIn(record, 'type') ?? 'Pod',
      boundaryId: textIn(record, 'boundaryID'),
      children: textsIn(record, 'children'),
      record,
    });
  }
  return found;
}

/** What the names of the nodes in a container go on with, after its own: `A(0)`, `[0].A`, `A.B`, `A[0]`. */
const JOINTS: Readonly<Record<string, string>> = { Retry: '(', TaskGroup: '(', StepGroup: '.', DAG: '.', Steps: '[' };

function isInside(name: string, container: ArgoNode): boolean {
  return name.startsWith(`${container.name}${JOINTS[container.type] ?? '.'}`);
}

/**
 * What contains each node. The boundary is the template that a node is in (a DAG, steps, a container set); retries, task
 * groups and step groups in between are told by their children, whose names go on after theirs.
 */
export function findContainers(nodes: ReadonlyMap<string, ArgoNode>): ReadonlyMap<string, ArgoNode> {
  const around = new Map<string, ArgoNode>();
  for (const container of nodes.values()) {
    if (!isContainer(container)) continue;
    for (const id of container.children) {
      const child = nodes.get(id);
      if (child === undefined || child === container || !isInside(child.name, container)) continue;
      const known = around.get(id);
      if (known === undefined || known.name.length < container.name.length) around.set(id, container);
    }
  }
  for (const node of nodes.values()) {
    const boundary = node.boundaryId === null ? undefined : nodes.get(node.boundaryId);
    const known = around.get(node.id);
    if (boundary === undefined || boundary === node) continue;
    if (known === undefined || known.name.length < boundary.name.length) around.set(node.id, boundary);
  }
  return around;
}

/** The key of each node: its name without that of the workflow, which is another in every run. */
export function findKeys(nodes: ReadonlyMap<string, ArgoNode>, workflow: string): ReadonlyMap<string, string> {
  const keys = new Map<string, string>();
  const used = new Set<string>();
  for (const { id, name, record } of nodes.values()) {
    const rest = name.startsWith(workflow) ? name.slice(workflow.length).replace(/^\./, '') : name;
    const base = rest === '' ? (textIn(record, 'templateName') ?? 'workflow') : rest;
    const key = used.has(base) ? `${base} ${id}` : base;
    used.add(key);
    keys.set(id, key);
  }
  return keys;
}
