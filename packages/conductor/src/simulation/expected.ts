import { isJsonObject, type JsonValue, type Status } from '@flowprof/model';
import type { NodeDefinition } from '../index.ts';
import { planOf } from './handlers.ts';
import type { World } from './world.ts';

/** The states that instances of a world must end with, by path. */
export interface Expected {
  readonly states: ReadonlyMap<string, Status>;
  /** Whether these are all that there must be; not so where a failure stopped something at some moment. */
  readonly isComplete: boolean;
}

/** A failure that stops what is around it: what is left in there depends on what happened first. */
class Stopped extends Error {}

/** What a level of nodes is evaluated with. */
interface Scope {
  readonly prefix: string;
  readonly yes: boolean;
  /** The position of the item, for the innermost loop. */
  readonly index: number;
  readonly list: number;
}

const ATTEMPTS = { none: 1, fixed: 3, exponential: 5, keep_trying: Number.POSITIVE_INFINITY } as const;

/**
 * Works out from the definition alone how a run must end that nothing stops: no cancellation, no time limit, no failure
 * that stops anything. Written without the engine's code, to be compared with it.
 */
class Oracle {
  readonly states = new Map<string, Status>();
  isComplete = true;
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  /** Evaluates nodes side by side. @throws {Stopped} when one of them stops what they are in */
  level(nodes: readonly NodeDefinition[], scope: Scope): void {
    const ended = new Map<string, Status>();
    const chosen = new Map<string, string | null | undefined>();
    const left = new Map(nodes.map((node) => [node.id, node]));
    while (left.size > 0) {
      for (const [id, node] of left) {
        const dependencies = (node.dependsOn ?? []).map((dependency) => dependency.split('.'));
        if (dependencies.some(([on = '']) => !ended.has(on))) continue;
        left.delete(id);
        const states = dependencies.map(([on = '']) => ended.get(on) ?? 'pending');
        const branches = dependencies.filter(([, branch]) => branch !== undefined);
        const isMissed = branches.length > 0 && branches.every(([on = '', branch]) => chosen.get(on) !== branch);
        const status = this.#node(node, isMissed ? ['skipped'] : states, scope);
        if (node.type === 'switch' && status === 'completed') chosen.set(id, this.#choose(node, scope));
        ended.set(id, status);
      }
    }
  }

  #node(node: NodeDefinition, before: readonly Status[], scope: Scope): Status {
    const isSkipped =
      (before.length > 0 && before.every((state) => state === 'skipped')) ||
      (node.when !== undefined && !condition(node.when, scope));
    const path = scope.prefix + node.id;
    if (isSkipped) this.#skip(node, scope);
    const status = isSkipped ? 'skipped' : this.#run(node, path, scope);
    this.states.set(path, status);
    if (status === 'failed' && node.onFailure !== 'continue') throw new Stopped();
    return status;
  }

  #run(node: NodeDefinition, path: string, scope: Scope): Status {
    switch (node.type) {
      case 'group':
        // Groups are no part of a path.
        return this.#contents(node.nodes ?? [], scope);
      case 'foreach':
        return this.#foreach(node, path, scope);
      case 'subworkflow': {
        const name = node.with?.['workflow'];
        const inner = (typeof name === 'string' && this.#world.definition.workflows?.[name]?.nodes) || [];
        return this.#contents(inner, { prefix: `${path}/`, yes: true, index: -1, list: 2 });
      }
      case 'work':
      case 'other':
        return this.#attempts(node, path);
      default:
        return 'completed';
    }
  }

  /** What is in a group that is skipped is skipped with it; of a loop or subworkflow nothing has come to be. */
  #skip(node: NodeDefinition, scope: Scope): void {
    const todo = node.type === 'group' ? [...(node.nodes ?? [])] : [];
    for (let inner = todo.pop(); inner !== undefined; inner = todo.pop()) {
      this.states.set(scope.prefix + inner.id, 'skipped');
      if (inner.type === 'group') todo.push(...(inner.nodes ?? []));
    }
  }

  /** The state of a container; where it was stopped, nothing is said of what is in it. */
  #contents(nodes: readonly NodeDefinition[], scope: Scope): Status {
    const before = new Map(this.states);
    try {
      this.level(nodes, scope);
      return 'completed';
    } catch (error) {
      if (!(error instanceof Stopped)) throw error;
      this.isComplete = false;
      this.states.clear();
      for (const [path, state] of before) this.states.set(path, state);
      return 'failed';
    }
  }

  #foreach(node: NodeDefinition, path: string, scope: Scope): Status {
    const items = node.with?.['items'];
    const count = Array.isArray(items) ? items.length : scope.list;
    for (let index = 0; index < count; index++) {
      const item = this.#contents(node.nodes ?? [], { ...scope, prefix: `${path}[${index}]/`, index });
      if (item === 'failed' && node.with?.['onItemFailure'] !== 'continue') return this.#forget(path);
    }
    return 'completed';
  }

  /** An item has stopped its loop. */
  #forget(loop: string): Status {
    for (const path of this.states.keys()) if (path.startsWith(`${loop}[`)) this.states.delete(path);
    return 'failed';
  }

  #attempts(node: NodeDefinition, path: string): Status {
    const behaviour = this.#world.behaviours.get(node.id);
    const { retry } = node;
    const most = retry ? (retry.maxAttempts ?? ATTEMPTS[retry.policy]) : 1;
    if (behaviour === undefined) return 'completed';
    for (let attempt = 1; attempt <= most; attempt++) {
      const { end } = planOf(behaviour, path, attempt);
      if (end.kind === 'return') return 'completed';
      const code = end.kind === 'fail' ? end.code : end.kind === 'invalid' ? 'invalid_output' : 'handler_error';
      const isFinal = end.kind === 'fail' && !end.retryable;
      // What a policy names it tries again, whatever the failure says of itself.
      const isTried = retry?.on ? retry.on.includes(code) : !isFinal;
      if (!isTried || retry?.except?.includes(code) === true) return 'failed';
    }
    return 'failed';
  }

  #choose(node: NodeDefinition, scope: Scope): string | null {
    const cases = node.with?.['cases'];
    const listed: readonly JsonValue[] = Array.isArray(cases) ? cases : [];
    for (const one of listed) {
      if (!isJsonObject(one)) continue;
      const { name, when } = one;
      if (typeof name === 'string' && typeof when === 'string' && condition(when, scope)) return name;
    }
    const fallback = node.with?.['default'];
    return typeof fallback === 'string' ? fallback : null;
  }
}

/** The conditions that worlds use, by what they mean. */
function condition(when: string, { yes, index }: Scope): boolean {
  switch (when) {
    case 'true':
    case '1 + 1 == 2':
      return true;
    case 'input.yes':
    case 'input.yes && !input.no':
      return yes;
    case 'index % 2 == 0':
      return index % 2 === 0;
    case 'index > 0':
      return index > 0;
    default:
      return false;
  }
}

/** How the run of a world must end, or null where that depends on what happens first. */
export function expectedStates(world: World): Expected | null {
  const { cancelAtMs, timeoutMs, definition, journal } = world;
  if (cancelAtMs !== null || timeoutMs !== undefined || (journal?.refuses.length ?? 0) > 0) return null;
  const text = JSON.stringify(definition);
  if (/"(attemptTimeoutMs|timeoutMs)"/.test(text)) return null;
  const oracle = new Oracle(world);
  try {
    oracle.level(definition.nodes, { prefix: '', yes: true, index: -1, list: 3 });
  } catch (error) {
    if (error instanceof Stopped) return null;
    throw error;
  }
  return oracle;
}
