import { TemplateCompiler, type Template } from '../expressions/value.ts';
import { nodeSchema, type NodeDefinition } from '../file/definition.ts';
import type { Problem } from '../file/issues.ts';
import { suggestion } from '../file/nearest.ts';
import { pathFrom } from '../file/read.ts';
import { FOREACH_PARAMS, SUBWORKFLOW_PARAMS, SWITCH_PARAMS } from '../nodes/control.ts';
import { NO_PARAMS } from '../nodes/registered.ts';
import type { Registry } from '../registry.ts';
import type { Steps } from '../slices.ts';
import type { FlatNode } from './flatten.ts';
import type { Body, Work } from './graph.ts';
import { checkParams } from './params.ts';

type Field = Exclude<keyof NodeDefinition, 'id' | 'type'>;

/** The fields that have no meaning for a kind of node, with what to say. */
const MISPLACED: Readonly<Record<Work['kind'], readonly Field[]>> = {
  handler: ['nodes'],
  switch: ['nodes', 'retry', 'attemptTimeoutMs', 'rateLimit'],
  group: ['with', 'retry', 'attemptTimeoutMs', 'pool', 'rateLimit', 'weight'],
  foreach: ['retry', 'attemptTimeoutMs', 'pool', 'rateLimit', 'weight'],
  subworkflow: ['nodes', 'retry', 'attemptTimeoutMs', 'pool', 'rateLimit', 'weight'],
};

/** The types that are the engine's own. */
function kindOf(type: string): Work['kind'] {
  return type === 'switch' || type === 'group' || type === 'foreach' || type === 'subworkflow' ? type : 'handler';
}

/** The fields that a node of a type can have, besides `id` and `type`. */
export function fieldsOfType(type: string): string[] {
  const none: readonly string[] = ['id', 'type', ...MISPLACED[kindOf(type)]];
  return Object.keys(nodeSchema.shape).filter((key) => !none.includes(key));
}

/** What is made of the definition of one node. */
interface CompiledParts {
  readonly work: Work;
  readonly condition: ReturnType<TemplateCompiler['expression']>;
  readonly params: Template;
}

const EMPTY: Template = { kind: 'constant', value: NO_PARAMS };

/** Compiles what one node does, and lists everything that is wrong with it. Its expressions go to the flat node. */
export class NodeCompiler {
  readonly problems: Problem[] = [];
  readonly #node: FlatNode;
  readonly #registry: Registry;
  readonly #templates = new TemplateCompiler();

  constructor(node: FlatNode, registry: Registry) {
    this.#node = node;
    this.#registry = registry;
  }

  /** @param body the compiled body of a foreach; null for any other node */
  *compile(body: Body | null): Steps<CompiledParts> {
    const { definition } = this.#node;
    const kind = kindOf(definition.type);
    this.#checkFields(kind);
    const { when } = definition;
    const condition = when === undefined ? null : this.#templates.expression(when, ['when']);
    const given = kind === 'handler' ? (definition.with ?? NO_PARAMS) : NO_PARAMS;
    const params = Object.keys(given).length === 0 ? EMPTY : yield* this.#templates.compileInSteps(given, ['with']);
    const work = yield* this.#work(kind, body);
    for (const { path, offset, message } of this.#templates.faults) {
      this.#report('bad_expression', `expression: ${message}`, path, { offset });
    }
    this.#node.expressions.push(...this.#templates.expressions);
    return { work, condition, params };
  }

  *#work(kind: Work['kind'], body: Body | null): Steps<Work> {
    switch (kind) {
      case 'handler':
        return this.#handler();
      case 'switch':
        return yield* this.#switch();
      case 'group':
        return { kind };
      case 'foreach':
        return yield* this.#foreach(body);
      case 'subworkflow':
        return yield* this.#subworkflow();
      default:
        return kind satisfies never;
    }
  }

  #handler(): Work {
    const { type } = this.#node.definition;
    const handler = this.#registry.get(type) ?? null;
    if (handler === null) {
      const message = `there is no node type "${type.slice(0, 50)}"${suggestion(type, this.#registry.names())}`;
      this.#report('unknown_node_type', message, ['type']);
    } else this.#checkParams(handler.params);
    return { kind: 'handler', handler };
  }

  *#switch(): Steps<Work> {
    this.#checkParams(SWITCH_PARAMS);
    const parsed = SWITCH_PARAMS.safeParse(this.#node.definition.with ?? {});
    if (!parsed.success) return { kind: 'switch', cases: [], otherwise: null };
    const names = new Set<string>();
    const cases: Extract<Work, { kind: 'switch' }>['cases'][number][] = [];
    for (const [i, { name, when }] of parsed.data.cases.entries()) {
      yield;
      if (names.has(name))
        this.#report('duplicate_id', `the switch has two cases "${name}"`, ['with', 'cases', i, 'name']);
      names.add(name);
      const expression = this.#templates.expression(when, ['with', 'cases', i, 'when']);
      if (expression) cases.push({ name, when: expression });
    }
    return { kind: 'switch', cases, otherwise: parsed.data.default ?? null };
  }

  *#foreach(body: Body | null): Steps<Work> {
    this.#checkParams(FOREACH_PARAMS);
    const params = this.#node.definition.with ?? {};
    const items = yield* this.#templates.compileInSteps(params['items'] ?? [], ['with', 'items']);
    const given = params['concurrency'];
    const concurrency =
      given === undefined ? null : yield* this.#templates.compileInSteps(given, ['with', 'concurrency']);
    return { kind: 'foreach', items, concurrency, body: body ?? { nodes: [], top: [], positions: new Map() } };
  }

  *#subworkflow(): Steps<Work> {
    this.#checkParams(SUBWORKFLOW_PARAMS);
    const { workflow, input } = this.#node.definition.with ?? {};
    if (typeof workflow === 'string' && workflow.includes('${')) {
      this.#report('invalid_value', 'the name of a workflow cannot be an expression', ['with', 'workflow']);
    }
    return {
      kind: 'subworkflow',
      workflow: typeof workflow === 'string' ? workflow : '',
      input: input === undefined ? null : yield* this.#templates.compileInSteps(input, ['with', 'input']),
    };
  }

  #checkParams(schema: Parameters<typeof checkParams>[0]): void {
    const { definition } = this.#node;
    for (const { path, ...rest } of checkParams(schema, definition.with, definition.type)) {
      this.problems.push({ ...rest, path: pathFrom(this.#node.at, ...path) });
    }
  }

  #checkFields(kind: Work['kind']): void {
    const { definition } = this.#node;
    const hasNodes = kind === 'group' || kind === 'foreach';
    if (hasNodes && (definition.nodes === undefined || definition.nodes.length === 0)) {
      this.#report('missing_field', `the ${kind} "${definition.id}" has no nodes`, []);
    }
    for (const key of MISPLACED[kind]) {
      if (definition[key] === undefined) continue;
      this.#report('unknown_field', misplaced(kind, key), [key], { atKey: true });
    }
  }

  #report(
    code: Problem['code'],
    message: string,
    path: readonly (string | number)[],
    rest: Pick<Problem, 'offset' | 'atKey'> = {},
  ): void {
    this.problems.push({ code, message, path: pathFrom(this.#node.at, ...path), ...rest });
  }
}

function misplaced(kind: Work['kind'], key: Field): string {
  if (key === 'nodes') return 'only a group and a foreach have "nodes"';
  return `a ${kind} has no "${key}"${kind === 'switch' ? '' : '; its nodes do'}`;
}
