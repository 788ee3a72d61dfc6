import { draw } from '../testing/draw.ts';
import type { Simulated } from './facts.ts';
import { checkAccounts } from './invariants/accounts.ts';
import { checkCommits, checkJournal, checkRefusal, checkRepetition } from './invariants/durability.ts';
import { checkEvents } from './invariants/events.ts';
import { checkConcurrency, checkItems, checkRates } from './invariants/limits.ts';
import { checkOutcome } from './invariants/outcome.ts';
import { checkPriorities } from './invariants/priorities.ts';
import { Report } from './invariants/report.ts';
import { checkSink, describeTrace, differences } from './invariants/sameness.ts';
import { checkNesting, checkTiling } from './invariants/spans.ts';
import { checkOrder, checkStates, checkTransitions } from './invariants/states.ts';
import { generateWorld } from './generate.ts';
import { simulate } from './simulate.ts';
import type { World } from './world.ts';

/** What holds for every run, however often it died. */
function checkRun(world: World, simulated: Simulated, report: Report): void {
  checkConcurrency(world, simulated, report);
  checkItems(world, simulated, report);
  checkRates(world, simulated, report);
  checkRepetition(simulated, report);
  checkCommits(world, simulated, report);
  checkRefusal(world, simulated, report);
  checkJournal(world, simulated, report);
  checkOutcome(world, simulated, report);
}

/** What holds for the recording of a run that nothing interrupted. */
function checkRecording(world: World, simulated: Simulated, report: Report): void {
  const { recording } = simulated.result;
  // What the sink refused is missing from the trace that a later life goes on with, and after a clock was set, times of
  // several lives may overlap.
  const isWhole = simulated.lives.length === 1 || (!simulated.sinkRefused && world.jumps.length === 0);
  if (isWhole) checkTiling(recording, report);
  checkStates(simulated, report);
  checkAccounts(simulated, report);
  checkSink(simulated, report);
  if (isWhole) checkNesting(recording, report);
  checkOrder(simulated, report);
  checkPriorities(world, simulated, report);
  checkTransitions(simulated, report);
  checkEvents(simulated, report);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? `${error.message}\n${error.stack ?? ''}` : String(error);
}

/** What is wrong with the run of a seed's world, with its drawing; empty when nothing is. */
export async function problemsOf(seed: number): Promise<string> {
  const world = generateWorld(seed);
  const report = new Report();
  let simulated: Simulated;
  try {
    simulated = await simulate(world);
    checkRun(world, simulated, report);
    checkRecording(world, simulated, report);
    const again = await simulate(generateWorld(seed));
    const lines = differences(describeTrace(simulated.result.recording), describeTrace(again.result.recording));
    for (const line of lines) report.add(`the same seed gives another trace: ${line}`);
  } catch (error) {
    return `seed ${seed}: the run did not end: ${messageOf(error)}\n${JSON.stringify(world.definition)}`;
  }
  if (report.problems.length === 0) return '';
  return [
    `seed ${seed}:`,
    ...report.problems.map((problem) => `  ${problem}`),
    `the last life's trace (${simulated.result.status}):`,
    draw(simulated.result.recording),
    `the workflow: ${JSON.stringify(world.definition)}`,
    `and: ${JSON.stringify({ ...world, definition: undefined, behaviours: undefined })}`,
  ].join('\n');
}
