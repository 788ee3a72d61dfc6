import { isJsonObject, type JsonObject } from '../../json.ts';
import { fieldOf, numberIn, objectIn, objectsIn, textIn, textsIn } from '../loose.ts';
import type { ArgoNode } from './places.ts';

/** The templates that a workflow was run with: its own, and those of other resources as they were stored with it. */
export class Templates {
  readonly #own = new Map<string, JsonObject>();
  readonly #stored: JsonObject;
  readonly #storedByName = new Map<string, JsonObject | null>();
  readonly #defaults: JsonObject;

  constructor(spec: JsonObject, status: JsonObject) {
    const storedSpec = objectIn(status, 'storedWorkflowTemplateSpec') ?? {};
    for (const list of [objectsIn(storedSpec, 'templates'), objectsIn(spec, 'templates')]) {
      for (const template of list) this.#own.set(textIn(template, 'name') ?? '', template);
    }
    this.#stored = objectIn(status, 'storedTemplates') ?? {};
    for (const template of Object.values(this.#stored)) {
      if (!isJsonObject(template)) continue;
      const name = textIn(template, 'name') ?? '';
      // A name that two resources use tells nothing.
      this.#storedByName.set(name, this.#storedByName.has(name) ? null : template);
    }
    this.#defaults = objectIn(spec, 'templateDefaults') ?? objectIn(storedSpec, 'templateDefaults') ?? {};
  }

  /** The template of a node; null where it is not in the file. */
  of({ record }: ArgoNode): JsonObject | null {
    const ref = objectIn(record, 'templateRef');
    const name = ref === null ? textIn(record, 'templateName') : textIn(ref, 'template');
    if (name === null) return null;
    const scopes =
      ref === null
        ? [textIn(record, 'templateScope')]
        : ['namespaced', 'cluster'].map((kind) => `${kind}/${textIn(ref, 'name')}`);
    for (const scope of scopes) {
      const stored = scope === null ? undefined : fieldOf(this.#stored, `${scope}/${name}`);
      if (isJsonObject(stored)) return stored;
    }
    return (
      (ref === null ? this.#own.get(name) : undefined) ?? this.#storedByName.get(name) ?? this.#own.get(name) ?? null
    );
  }

  /** How often a node may be tried: null where the templates do not tell. */
  retryOf(template: JsonObject | null): JsonObject | null {
    const strategy = objectIn(template ?? {}, 'retryStrategy') ?? objectIn(this.#defaults, 'retryStrategy');
    if (strategy === null) return null;
    const limit = numberIn(strategy, 'limit');
    const backoff = objectIn(strategy, 'backoff');
    return {
      policy: textIn(strategy, 'retryPolicy') ?? 'OnFailure',
      max_attempts: limit === null ? null : limit + 1,
      ...(backoff !== null && { backoff: textIn(backoff, 'duration') }),
    };
  }
}

/** The tasks that an expression of `depends` names: `A.Succeeded && (B || !C.Failed)`. */
export function tasksInDepends(expression: string): string[] {
  const found = expression.matchAll(/([A-Za-z0-9_][\w-]*)(?:\.\w+)?/g);
  return [...new Set([...found].map(([, name]) => name))];
}

/** What each task of a DAG, or container of a container set, waits for, by name; null for other templates. */
export function dependenciesIn(template: JsonObject | null): ReadonlyMap<string, readonly string[]> | null {
  if (template === null) return null;
  const dag = objectIn(template, 'dag');
  const set = objectIn(template, 'containerSet');
  if (dag === null && set === null) return null;
  const waits = new Map<string, readonly string[]>();
  for (const task of dag === null ? objectsIn(set ?? {}, 'containers') : objectsIn(dag, 'tasks')) {
    const depends = textIn(task, 'depends');
    const names = depends === null ? textsIn(task, 'dependencies') : tasksInDepends(depends);
    waits.set(textIn(task, 'name') ?? '', names);
  }
  return waits;
}
