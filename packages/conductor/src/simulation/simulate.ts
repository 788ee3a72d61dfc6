import { toEpochMicros } from '@flowprof/model';
import { assemble } from './assemble.ts';
import type { LifeRecord, Simulated } from './facts.ts';
import { SimulatedLife, Store } from './life.ts';
import type { World } from './world.ts';

/** Runs a world to the end of its last life. @throws {Error} when a run rejects, or can never end */
export async function simulate(world: World): Promise<Simulated> {
  const store = new Store();
  const executionId = `018d0c90-4d00-7101-8101-${world.seed.toString(16).padStart(12, '0')}`;
  const lives: LifeRecord[] = [];
  let startedAt = null;
  let startMs = 0;
  let skew = 0;
  for (let number = 0; ; number++) {
    const life = new SimulatedLife(world, store, number, executionId, startMs, skew);
    const finished = [...store.journal.values()];
    const earlier = startedAt !== null && world.keepsTrace && store.events.length > 0 ? assemble(store.events) : null;
    lives.push({ firstEvent: store.events.length, earlier, finished });
    const firstStart = toEpochMicros(life.clock.now());
    const result = await life.run(startedAt);
    startedAt ??= firstStart;
    if (result === null) {
      startMs = life.time.elapsed / 1000 + (world.lives[number]?.pause ?? 0);
      ({ skew } = life);
      continue;
    }
    const { facts, journal, events, sinkRefused } = store;
    return { result, executionId, startedAt, facts, journal, events, lives, sinkRefused };
  }
}
