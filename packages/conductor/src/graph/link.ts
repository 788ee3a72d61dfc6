import type { JsonObject, TraceError } from '@flowprof/model';
import type { WorkflowDefinition } from '../file/definition.ts';
import type { Steps } from '../slices.ts';
import type { Graph } from './graph.ts';

/** The workflows that a run needs besides its own, and what is missing for it to start. */
export interface Linked {
  readonly workflows: ReadonlyMap<string, Graph>;
  readonly refusal: TraceError | null;
}

/**
 * Finds every workflow that a graph calls, directly or through others: first in the file of the caller, then among those
 * that the host gives, which are compiled when they are first called.
 */
export function* link(
  graph: Graph,
  given: Readonly<Record<string, WorkflowDefinition>>,
  services: JsonObject,
  compile: (definition: WorkflowDefinition) => Steps<Graph>,
): Steps<Linked> {
  const workflows = new Map<string, Graph>();
  const seen = new Set<Graph>([graph]);
  const missing = new Set<string>();
  for (const caller of seen) {
    for (const name of caller.calls) {
      const definition = Object.hasOwn(given, name) ? given[name] : undefined;
      let called = caller.library.get(name) ?? workflows.get(name);
      if (called === undefined && definition !== undefined) {
        called = yield* compile(definition);
        workflows.set(name, called);
      }
      if (called === undefined) missing.add(name);
      else seen.add(called); // a set is gone through in order of insertion, also while it grows
    }
  }
  if (missing.size > 0) {
    const message = `the workflow calls workflows that are not there: ${[...missing].join(', ')}`;
    return { workflows, refusal: { code: 'missing_workflow', message } };
  }
  const wanted = new Set([...seen].flatMap((one) => one.services));
  const absent = [...wanted].filter((name) => !Object.hasOwn(services, name));
  if (absent.length === 0) return { workflows, refusal: null };
  const message = `the workflow asks for services that are not there: ${absent.join(', ')}`;
  return { workflows, refusal: { code: 'missing_service', message } };
}
