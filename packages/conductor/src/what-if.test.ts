import { analyseTrace, applyChanges, predictTrace, prepareTrace, simulate, type Trace } from '@flowprof/model';
import { describe, expect, test } from 'vitest';
import { createConductor, type WorkflowDefinition } from './index.ts';
import { VirtualTime } from './testing/virtual-time.ts';
import { seededChange } from './testing/what-if/changes.ts';
import { registerWork, seededWorkflow } from './testing/what-if/workflows.ts';

const SEEDS = Array.from({ length: 120 }, (_, i) => i + 1);

/** Runs a workflow in virtual time, with timers that are late by a fixed time, as those of an operating system are. */
async function run(workflow: WorkflowDefinition, lateMs = 0): Promise<Trace> {
  const time = new VirtualTime();
  const timers = { sleep: (ms: number, signal: AbortSignal) => time.timers.sleep(ms + lateMs, signal) };
  const conductor = createConductor({ clock: time.clock, timers, random: time.random });
  registerWork(conductor);
  const { recording, status } = await time.until(conductor.node.run(workflow));
  expect(status).toBe('completed');
  return recording;
}

function makespanOf(trace: Trace): number {
  return analyseTrace(trace).measures?.makespan ?? 0;
}

/** When each node ended, by its key and iteration. */
function endsOf({ nodes, spans }: Trace): Map<string, number> {
  const ends = new Map<string, number>();
  for (let row = 0; row < nodes.length; row++) {
    const span = nodes.span[row] ?? -1;
    if (span >= 0)
      ends.set(`${nodes.key[row]} ${nodes.iteration[row]}`, (spans.start[span] ?? 0) + (spans.duration[span] ?? 0));
  }
  return ends;
}

describe('what would be if, against what then is', () => {
  test('seeded workflows repeat exactly, and their changes come out as predicted', async () => {
    const errors: { error: number; text: string }[] = [];
    for (const seed of SEEDS) {
      const workflow = seededWorkflow(seed);
      const { change, workflow: changed } = seededChange(workflow, seed);
      const { plan, fidelity } = prepareTrace(await run(workflow));
      const text = `seed ${seed}, ${JSON.stringify(change)}`;
      expect(fidelity.error, `replay of ${text}`).toBeLessThanOrEqual(0.0005);
      expect(fidelity.limits, text).toBe('simulated');
      const real = makespanOf(await run(changed));
      const predicted = simulate(applyChanges(plan, [change])).makespan;
      errors.push({ error: Math.abs(predicted - real) / real, text });
    }
    errors.sort((a, b) => a.error - b.error);
    expect(errors[SEEDS.length / 2]?.error).toBe(0);
    expect(errors.at(-1)?.error, errors.at(-1)?.text).toBeLessThanOrEqual(0.001);
  });

  test('late timers, which delay tokens too, are a part of what is repeated', async () => {
    const errors: number[] = [];
    for (const seed of SEEDS.slice(0, 60)) {
      const workflow = seededWorkflow(seed);
      const { change, workflow: changed } = seededChange(workflow, seed);
      const { plan, fidelity } = prepareTrace(await run(workflow, 0.7));
      expect(fidelity.error, `seed ${seed}`).toBeLessThanOrEqual(0.001);
      const real = makespanOf(await run(changed, 0.7));
      errors.push(Math.abs(simulate(applyChanges(plan, [change])).makespan - real) / real);
    }
    errors.sort((a, b) => a - b);
    expect(errors[errors.length / 2]).toBeLessThanOrEqual(0.005);
    expect(errors.at(-1)).toBeLessThanOrEqual(0.1);
  });

  test('the predicted trace has every node end when it then really ends', async () => {
    const workflow: WorkflowDefinition = {
      name: 'known',
      concurrency: 3,
      pools: { db: { concurrency: 1 } },
      nodes: [
        { id: 'load', type: 'work', with: { ms: 40 } },
        { id: 'a', type: 'work', with: { ms: 30 }, pool: 'db', dependsOn: ['load'] },
        { id: 'b', type: 'work', with: { ms: 30 }, pool: 'db', dependsOn: ['load'] },
        {
          id: 'each',
          type: 'foreach',
          with: { items: [10, 20, 30], concurrency: 1 },
          nodes: [{ id: 'one', type: 'work', with: { ms: '${item}' } }],
          dependsOn: ['load'],
        },
        { id: 'end', type: 'work', with: { ms: 5 }, dependsOn: ['a', 'b', 'each'] },
      ],
    };
    const changed = structuredClone(workflow);
    changed.pools = { db: { concurrency: 2 } };
    const changes = [{ kind: 'limit', limit: 'pool', name: 'db', value: 2 }] as const;
    const plan = applyChanges(prepareTrace(await run(workflow)).plan, changes);
    const predicted = predictTrace(plan, simulate(plan), changes);
    const real = await run(changed);
    expect(endsOf(predicted)).toEqual(endsOf(real));
    expect(makespanOf(predicted)).toBe(makespanOf(real));
    const { accounting } = analyseTrace(predicted);
    expect(accounting?.totals).toEqual(analyseTrace(real).accounting?.totals);
  });

  test('a pool that held nothing up is known all the same, with whom it holds for', async () => {
    const workflow: WorkflowDefinition = {
      name: 'quiet',
      pools: { db: { concurrency: 2 } },
      nodes: [
        { id: 'a', type: 'work', with: { ms: 30 }, pool: 'db' },
        { id: 'b', type: 'work', with: { ms: 30 }, pool: 'db' },
      ],
    };
    const { plan } = prepareTrace(await run(workflow));
    const one = applyChanges(plan, [{ kind: 'limit', limit: 'pool', name: 'db', value: 1 }]);
    expect(simulate(one).makespan).toBe(60_000);
  });
});
