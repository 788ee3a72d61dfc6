import { expectedStates } from '../expected.ts';
import type { Simulated } from '../facts.ts';
import { statesOf } from '../paths.ts';
import type { World } from '../world.ts';
import type { Report } from './report.ts';

/** Where nothing depends on what happens first, every node ends as the definition says, however often the run died. */
export function checkOutcome(world: World, { result }: Simulated, report: Report): void {
  const expected = expectedStates(world);
  if (expected === null) return;
  if (!result.success)
    report.add(`the run is ${result.status}: ${result.error?.code ?? ''} ${result.error?.message ?? ''}`);
  const found = statesOf(result.recording);
  for (const [path, status] of expected.states) {
    if (found.get(path) !== status) report.add(`${path} is ${found.get(path) ?? 'missing'}, not ${status}`);
  }
  if (!expected.isComplete) return;
  for (const [path, status] of found) {
    // The compiler puts a group around the nodes of an item.
    if (!expected.states.has(path) && !path.endsWith('.item')) report.add(`${path} is ${status}, not missing`);
  }
}
