import type { JsonObject } from '@flowprof/model';
import type { NodeDefinition, RetryDefinition, WorkflowDefinition } from '../index.ts';
import { Dice } from './dice.ts';
import { generateBehaviour, type Temper } from './generate-behaviour.ts';
import type { Behaviour, ClockJump, Crash, Life, Peer, World } from './world.ts';

const POOLS = ['db', 'disk'] as const;
const RATES = ['api', 'mail'] as const;
/** Deeper, nothing contains anything. */
const MAX_DEPTH = 3;

/** What may happen in a world: each kind is left out of many, so that the others are seen by themselves. */
interface Style extends Temper {
  readonly limits: boolean;
  readonly conditions: boolean;
  readonly containers: boolean;
}

/** Makes the nodes of a world. */
class Generator {
  readonly behaviours = new Map<string, Behaviour>();
  readonly workflows: Record<string, WorkflowDefinition> = {};
  readonly #dice: Dice;
  readonly #style: Style;
  #count = 0;
  #workflows = 0;
  /** How many nodes may still be made. */
  #left: number;

  constructor(dice: Dice, style: Style, size: number) {
    this.#dice = dice;
    this.#style = style;
    this.#left = size;
  }

  /** Nodes side by side, each depending on some before it. */
  nodes(depth: number, most: number): NodeDefinition[] {
    const dice = this.#dice;
    const made: NodeDefinition[] = [];
    const targets: string[] = [];
    const count = dice.int(1, most);
    for (let i = 0; i < count && (this.#left > 0 || i === 0); i++) {
      const node = this.#node(depth);
      const dependsOn = this.#dependencies(targets);
      if (dependsOn.length > 0) node.dependsOn = dependsOn;
      made.push(node);
      targets.push(node.id);
      if (node.type === 'switch') targets.push(`${node.id}.left`, `${node.id}.right`);
    }
    // Declared before what they depend on, as often as not.
    if (dice.chance(0.3)) made.reverse();
    return made;
  }

  #dependencies(targets: readonly string[]): string[] {
    const dice = this.#dice;
    const [first, ...others] = targets;
    if (first === undefined || dice.chance(0.3)) return [];
    const chosen = new Set<string>();
    for (let i = dice.int(1, 2); i > 0; i--) chosen.add(dice.pick([first, ...others]));
    return [...chosen];
  }

  #node(depth: number): NodeDefinition {
    const dice = this.#dice;
    const id = `n${this.#count++}`;
    this.#left--;
    const kind = this.#style.containers && depth < MAX_DEPTH ? dice.next() : 1;
    const node = this.#ofKind(id, kind, depth);
    const isLeaf = node.type === 'work' || node.type === 'other';
    if (this.#style.conditions && dice.chance(0.2)) node.when = this.#condition();
    if (this.#style.failures && dice.chance(isLeaf ? 0.3 : 0.2)) node.onFailure = 'continue';
    if (dice.chance(0.15)) node.priority = dice.int(-2, 2);
    if (isLeaf && dice.chance(0.1)) node.weight = dice.int(1, 5);
    if (this.#style.stops && dice.chance(isLeaf ? 0.15 : 0.1)) node.timeoutMs = dice.int(1, 80);
    return node;
  }

  #ofKind(id: string, kind: number, depth: number): NodeDefinition {
    const dice = this.#dice;
    if (kind < 0.12) return { id, type: 'group', nodes: this.nodes(depth + 1, 4) };
    if (kind < 0.26) return this.#foreach(id, depth);
    if (kind < 0.34) return this.#switch(id);
    if (kind < 0.42) return this.#subworkflow(id, depth);
    if (kind < 0.46) return { id, type: 'transform', with: { value: dice.chance(0.5) ? id : '${run.id}' } };
    return this.#work(id);
  }

  #condition(): string {
    return this.#dice.pick(['true', 'false', 'input.yes', 'input.yes && !input.no', '1 + 1 == 2', 'input.no']);
  }

  #foreach(id: string, depth: number): NodeDefinition {
    const dice = this.#dice;
    const items = Array.from({ length: dice.int(0, 4) }, (_, i) => i * 10);
    const parameters: JsonObject = {
      items: dice.chance(0.3) ? '${input.list}' : items,
      ...(dice.chance(0.5) && { concurrency: dice.int(1, 3) }),
      ...(this.#style.failures && dice.chance(0.5) && { onItemFailure: dice.pick(['stop', 'continue']) }),
    };
    const body = this.nodes(depth + 1, dice.chance(0.5) ? 1 : 3);
    for (const node of body) {
      if (this.#style.conditions && dice.chance(0.2)) node.when = dice.pick(['index % 2 == 0', 'index > 0']);
    }
    return { id, type: 'foreach', with: parameters, nodes: body };
  }

  #switch(id: string): NodeDefinition {
    const dice = this.#dice;
    const cases = [
      { name: 'left', when: this.#condition() },
      { name: 'right', when: this.#condition() },
    ];
    const fallback = dice.maybe(0.5, () => dice.pick(['left', 'right']));
    return { id, type: 'switch', with: { cases, ...(fallback !== undefined && { default: fallback }) } };
  }

  #subworkflow(id: string, depth: number): NodeDefinition {
    const dice = this.#dice;
    const [first, ...others] = Object.keys(this.workflows);
    let name = first !== undefined && dice.chance(0.4) ? dice.pick([first, ...others]) : null;
    if (name === null) {
      name = `w${this.#workflows++}`;
      const nodes = this.nodes(depth + 1, 3);
      // Known only now, so that none calls itself.
      this.workflows[name] = { name, nodes, ...(dice.chance(0.3) && { output: { yes: '${input.yes}' } }) };
    }
    return { id, type: 'subworkflow', with: { workflow: name, input: { yes: true, no: false, list: [1, 2] } } };
  }

  #work(id: string): NodeDefinition {
    const dice = this.#dice;
    const node: NodeDefinition = {
      id,
      type: dice.chance(0.2) ? 'other' : 'work',
      with: dice.chance(0.3) ? { plan: id, seen: '${input.yes}' } : { plan: id },
    };
    const retry = dice.maybe(0.5, () => this.#retry());
    if (retry) node.retry = retry;
    if (this.#style.stops && dice.chance(0.2)) node.attemptTimeoutMs = dice.int(1, 40);
    if (this.#style.limits && dice.chance(0.4)) node.pool = dice.pick([...POOLS]);
    if (this.#style.limits && dice.chance(0.3)) node.rateLimit = dice.pick([...RATES]);
    const behaviour = generateBehaviour(dice, this.#style, retry?.policy ?? 'none');
    this.behaviours.set(id, behaviour);
    const hangs = behaviour.variants.some((plans) => plans.some(({ end }) => end.kind === 'hang'));
    const endless = hangs && node.attemptTimeoutMs === undefined;
    if (endless || (retry?.policy === 'keep_trying' && node.attemptTimeoutMs !== undefined)) {
      node.timeoutMs = dice.int(1, 60);
    }
    return node;
  }

  #retry(): RetryDefinition {
    const dice = this.#dice;
    const policy = dice.pick(['none', 'fixed', 'exponential', 'keep_trying']);
    if (policy === 'none') return { policy };
    return {
      policy,
      delayMs: dice.int(0, 12),
      ...(policy !== 'keep_trying' && dice.chance(0.7) && { maxAttempts: dice.int(1, 4) }),
      ...(dice.chance(0.3) && { maxDelayMs: dice.int(0, 15) }),
      ...(dice.chance(0.3) && { factor: dice.int(1, 3) }),
      ...(dice.chance(0.3) && { jitter: 0.5 }),
      ...(this.#style.failures && dice.chance(0.2) && { on: ['flaky'] }),
      ...(this.#style.failures && dice.chance(0.1) && { except: ['broken'] }),
    };
  }
}

function generatePeer(dice: Dice, refuses: boolean): Peer {
  const slow = dice.chance(0.3);
  return {
    work: slow ? dice.int(0, 60) : 0,
    answer: slow ? dice.int(0, 30) : dice.int(0, 2),
    refuses: refuses ? [dice.int(1, 4)] : [],
  };
}

function generateCrash(dice: Dice): Crash {
  if (dice.chance(0.4)) return { at: 'time', ms: dice.int(0, 600) / 4 };
  const at = dice.pick(['handler_started', 'handler_ended', 'commit', 'committed', 'write', 'written']);
  return { at, n: dice.int(1, 6) };
}

function generateLives(dice: Dice, crashes: boolean): Life[] {
  const lives: Life[] = [];
  if (crashes)
    for (let i = dice.int(1, 3); i > 0; i--) lives.push({ crash: generateCrash(dice), pause: dice.int(0, 50) });
  lives.push({ crash: null, pause: 0 });
  return lives;
}

function generateJumps(dice: Dice): ClockJump[] {
  if (!dice.chance(0.15)) return [];
  const far = dice.chance(0.3) ? 3_600_000 : 30;
  return Array.from({ length: dice.int(1, 3) }, () => ({ atMs: dice.int(0, 100), byMs: dice.int(-30, far) }));
}

/** The world of a seed. */
export function generateWorld(seed: number): World {
  const dice = new Dice(seed);
  const style: Style = {
    failures: dice.chance(0.5),
    stops: dice.chance(0.3),
    limits: dice.chance(0.5),
    conditions: dice.chance(0.5),
    containers: dice.chance(0.7),
  };
  const crashes = dice.chance(0.4);
  const generator = new Generator(dice, style, dice.int(1, 14));
  const nodes = generator.nodes(0, 8);
  const { workflows } = generator;
  const sink = dice.maybe(crashes ? 0.8 : 0.6, () => generatePeer(dice, style.failures && dice.chance(0.2)));
  const journal = crashes || dice.chance(0.3) ? generatePeer(dice, style.stops && dice.chance(0.1)) : null;
  return {
    seed,
    definition: {
      name: `seed ${seed}`,
      nodes,
      pools: Object.fromEntries(POOLS.map((name) => [name, { concurrency: dice.int(1, 3) }])),
      rateLimits: Object.fromEntries(
        RATES.map((name) => [name, { perSecond: dice.int(40, 400), burst: dice.int(1, 3) }]),
      ),
      ...(style.limits && dice.chance(0.4) && { typeConcurrency: { other: dice.int(1, 2) } }),
      ...(Object.keys(workflows).length > 0 && { workflows }),
    },
    behaviours: generator.behaviours,
    concurrency: dice.maybe(0.7, () => dice.int(1, 5)),
    slowMo: dice.maybe(0.1, () => dice.int(1, 10)),
    timeoutMs: style.stops ? dice.maybe(0.2, () => dice.int(1, 150)) : undefined,
    cancelAtMs: style.stops && dice.chance(0.3) ? dice.int(0, 400) / 4 : null,
    sink: sink ?? null,
    journal,
    lives: generateLives(dice, crashes),
    jumps: generateJumps(dice),
    keepsTrace: dice.chance(0.8),
  };
}
