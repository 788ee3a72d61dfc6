import { isTerminal, NONE, statusOf, type Trace } from '@flowprof/model';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { createConductor, type ExecutionResult, type NodeDefinition } from '../index.ts';
import { checkSpans } from '../testing/check-spans.ts';
import { VirtualTime } from '../testing/virtual-time.ts';

/** What a random node does. */
interface Plan {
  readonly ms: number;
  readonly failures: number;
  readonly attempts: number;
  readonly runs: boolean;
  readonly group: boolean;
  /** Chooses dependencies among the nodes before it. */
  readonly picks: readonly number[];
}

const plan: fc.Arbitrary<Plan> = fc.record({
  ms: fc.nat(20),
  failures: fc.oneof({ weight: 8, arbitrary: fc.constant(0) }, { weight: 2, arbitrary: fc.nat(3) }),
  attempts: fc.integer({ min: 1, max: 3 }),
  runs: fc.oneof({ weight: 5, arbitrary: fc.constant(true) }, fc.boolean()),
  group: fc.boolean(),
  picks: fc.array(fc.nat(30), { maxLength: 3 }),
});

function leaf(id: string, p: Plan, dependsOn: string[]): NodeDefinition {
  return {
    id,
    type: 'work',
    dependsOn,
    when: p.runs ? 'true' : 'false',
    with: { ms: p.ms, failures: p.failures },
    retry: p.attempts > 1 ? { policy: 'fixed', maxAttempts: p.attempts, delayMs: 5 } : { policy: 'none' },
  };
}

/** Nodes that depend on earlier ones; some are groups of three. */
function build(plans: readonly Plan[]): NodeDefinition[] {
  return plans.map((p, i) => {
    const dependsOn = [...new Set(i === 0 ? [] : p.picks.map((pick) => `n${pick % i}`))];
    if (!p.group) return leaf(`n${i}`, p, dependsOn);
    const inner = [leaf(`n${i}a`, p, []), leaf(`n${i}b`, p, [`n${i}a`]), leaf(`n${i}c`, { ...p, runs: true }, [])];
    return { id: `n${i}`, type: 'group', dependsOn, nodes: inner };
  });
}

async function runPlans(
  plans: readonly Plan[],
  concurrency: number,
): Promise<{ result: ExecutionResult; peak: number }> {
  const time = new VirtualTime();
  const conductor = createConductor(time);
  let running = 0;
  let peak = 0;
  conductor.register('work', {
    params: z.object({ ms: z.number(), failures: z.number() }),
    phase: 'execute',
    run: async ({ ms, failures }, context) => {
      peak = Math.max(peak, ++running);
      try {
        await context.sleep(ms);
      } finally {
        running--;
      }
      if (context.attempt <= failures) throw new Error('failed as planned');
      return ms;
    },
  });
  const result = await time.until(conductor.node.run({ name: 'random', concurrency, nodes: build(plans) }));
  return { result, peak };
}

/** What a node's state must be, given those of its dependencies. */
function checkStates({ recording, success }: ExecutionResult, plans: readonly Plan[]): void {
  const { nodes } = recording;
  for (let row = 0; row < nodes.length; row++) {
    const status = statusOf(nodes.status[row] ?? 0);
    const from = nodes.depOffsets[row] ?? 0;
    const before = Array.from(nodes.deps.subarray(from, nodes.depOffsets[row + 1]), (dep) =>
      statusOf(nodes.status[dep] ?? 0),
    );
    expect(isTerminal(status)).toBe(true);
    if (before.includes('failed')) expect(status).toBe('skipped');
    if (before.length > 0 && before.every((other) => other === 'skipped')) expect(status).toBe('skipped');
    if (success && nodes.parent[row] === NONE && before.includes('completed')) {
      const index = Number(nodes.key[row]?.slice(1));
      expect(status).toBe(plans[index]?.group || plans[index]?.runs ? 'completed' : 'skipped');
    }
  }
  const failed = nodes.key.some((_, row) => statusOf(nodes.status[row] ?? 0) === 'failed');
  expect(success).toBe(!failed);
}

/** No node starts before all it depends on has ended. */
function checkOrder({ nodes, spans }: Trace): void {
  for (let row = 0; row < nodes.length; row++) {
    const span = nodes.span[row] ?? NONE;
    if (span === NONE) continue;
    for (const dep of nodes.deps.subarray(nodes.depOffsets[row], nodes.depOffsets[row + 1])) {
      const other = nodes.span[dep] ?? NONE;
      if (other === NONE) continue;
      expect(spans.start[span]).toBeGreaterThanOrEqual((spans.start[other] ?? 0) + (spans.duration[other] ?? 0));
    }
  }
}

test('random graphs: states are legal, spans tile their parents, the limit holds, and a run repeats itself', async () => {
  const plans = fc.array(plan, { minLength: 1, maxLength: 25 });
  await fc.assert(
    fc.asyncProperty(plans, fc.integer({ min: 1, max: 5 }), async (chosen, concurrency) => {
      const { result, peak } = await runPlans(chosen, concurrency);
      expect(peak).toBeLessThanOrEqual(concurrency);
      checkSpans(result.recording);
      checkStates(result, chosen);
      checkOrder(result.recording);
      const again = await runPlans(chosen, concurrency);
      expect(again.result.trace).toEqual(result.trace);
    }),
    { numRuns: 150 },
  );
});
