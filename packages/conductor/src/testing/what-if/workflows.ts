import { z } from 'zod';
import type { Conductor, NodeDefinition, WorkflowDefinition } from '../../index.ts';
import { NodeFailure } from '../../index.ts';
import { Dice } from '../../simulation/dice.ts';

const POOLS = ['db', 'disk'] as const;

/** Registers the node types of the seeded workflows: work of a given time that fails as often as it is told to. */
export function registerWork(conductor: Conductor): void {
  for (const type of ['work', 'other']) {
    conductor.register(type, {
      params: z.strictObject({ ms: z.number(), failures: z.number().optional() }),
      phase: 'execute',
      run: async ({ ms, failures = 0 }, context) => {
        await context.sleep(ms);
        if (context.attempt <= failures) throw new NodeFailure('flaky', `attempt ${context.attempt} failed`);
        return null;
      },
    });
  }
}

/** Which limits a workflow has; each is left out of many, so that the others are seen by themselves. */
interface Style {
  readonly pools: boolean;
  readonly rates: boolean;
  readonly types: boolean;
  readonly retries: boolean;
  readonly containers: boolean;
  readonly priorities: boolean;
}

/** Makes the nodes of a workflow. */
class Generator {
  readonly #dice: Dice;
  readonly #style: Style;
  #count = 0;

  constructor(dice: Dice, style: Style) {
    this.#dice = dice;
    this.#style = style;
  }

  /** Nodes beside each other; a chain, a fan, or each behind some of those before. */
  nodes(count: number, depth: number): NodeDefinition[] {
    const dice = this.#dice;
    const shape = dice.pick(['chain', 'fan', 'mixed', 'mixed']);
    const made: NodeDefinition[] = [];
    const targets: string[] = [];
    for (let i = 0; i < count; i++) {
      const node = this.#node(depth);
      const [first, ...others] = targets;
      if (first !== undefined) {
        const before =
          shape === 'fan' ? first : shape === 'chain' ? (targets.at(-1) ?? first) : dice.pick([first, ...others]);
        if (shape !== 'mixed' || dice.chance(0.7)) node.dependsOn = [before];
        if (shape === 'mixed' && dice.chance(0.3))
          node.dependsOn = [...new Set([before, dice.pick([first, ...others])])];
      }
      made.push(node);
      targets.push(node.type === 'switch' ? `${node.id}.left` : node.id);
    }
    return made;
  }

  #node(depth: number): NodeDefinition {
    const dice = this.#dice;
    const id = `n${this.#count++}`;
    const kind = this.#style.containers && depth === 0 ? dice.next() : 1;
    if (kind < 0.12) return { id, type: 'group', nodes: this.nodes(dice.int(2, 4), 1) };
    if (kind < 0.3) return this.#foreach(id);
    if (kind < 0.36) {
      const cases = [
        { name: 'left', when: 'true' },
        { name: 'right', when: 'false' },
      ];
      return { id, type: 'switch', with: { cases } };
    }
    if (kind < 0.42) return { id, type: 'delay', with: { ms: this.#ms() } };
    if (kind < 0.5) return { id, type: 'subworkflow', with: { workflow: 'sub', input: {} } };
    return this.#work(id, this.#ms());
  }

  #ms(): number {
    return this.#dice.int(8, 160) / 4;
  }

  #work(id: string, ms: number | string): NodeDefinition {
    const dice = this.#dice;
    const node: NodeDefinition = { id, type: dice.chance(0.25) ? 'other' : 'work', with: { ms } };
    if (this.#style.pools && dice.chance(0.5)) node.pool = dice.pick([...POOLS]);
    if (this.#style.rates && dice.chance(0.4)) node.rateLimit = 'api';
    if (this.#style.priorities && dice.chance(0.3)) node.priority = dice.int(-2, 2);
    if (this.#style.retries && dice.chance(0.35)) {
      node.with = { ms, failures: dice.int(1, 2) };
      node.retry = { policy: dice.pick(['fixed', 'exponential']), maxAttempts: 4, delayMs: dice.int(4, 25) };
    }
    return node;
  }

  /** Items that take different times, some at once. */
  #foreach(id: string): NodeDefinition {
    const dice = this.#dice;
    const items = Array.from({ length: dice.int(3, 8) }, () => this.#ms());
    const body = [this.#work(`n${this.#count++}`, '${item}')];
    if (dice.chance(0.4)) body.push({ ...this.#work(`n${this.#count++}`, this.#ms()), dependsOn: [body[0]?.id ?? ''] });
    const limit = dice.maybe(0.7, () => dice.int(1, 3));
    return { id, type: 'foreach', with: { items, ...(limit !== undefined && { concurrency: limit }) }, nodes: body };
  }
}

/** A workflow that follows from a seed: of any shape, with limits, priorities and retries. */
export function seededWorkflow(seed: number): WorkflowDefinition {
  const dice = new Dice(seed);
  const style: Style = {
    pools: dice.chance(0.5),
    rates: dice.chance(0.35),
    types: dice.chance(0.35),
    retries: dice.chance(0.5),
    containers: dice.chance(0.7),
    priorities: dice.chance(0.4),
  };
  const generator = new Generator(dice, style);
  const nodes = generator.nodes(dice.int(6, 14), 0);
  const sub: WorkflowDefinition = { name: 'sub', nodes: generator.nodes(dice.int(2, 4), 1) };
  return {
    name: `seed ${seed}`,
    nodes,
    workflows: { sub },
    concurrency: dice.int(1, 6),
    ...(style.pools && { pools: Object.fromEntries(POOLS.map((pool) => [pool, { concurrency: dice.int(1, 3) }])) }),
    ...(style.rates && { rateLimits: { api: { perSecond: dice.int(30, 120), burst: dice.int(1, 3) } } }),
    ...(style.types && { typeConcurrency: { other: dice.int(1, 2) } }),
  };
}
