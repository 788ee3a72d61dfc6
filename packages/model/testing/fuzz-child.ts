/** Reads mutants and tells of each as a line of JSON. Its parent limits its memory and starts it again where it ends. */
import { mutant, outcomeOf, victims } from './mutants.ts';

const [from = 0, to = 0, seed = 0] = process.argv.slice(2).map(Number);
const files = victims();

for (let number = from; number < to; number++) {
  const one = mutant(number, seed, files);
  const cpu = process.cpuUsage();
  let outcome: string;
  let fault: string | null = null;
  try {
    outcome = await outcomeOf(one);
  } catch (error) {
    outcome = 'fault';
    fault = error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
  const { user, system } = process.cpuUsage(cpu);
  const rss = process.memoryUsage.rss();
  process.stdout.write(
    `${JSON.stringify({ number, name: one.name, outcome, fault, ms: (user + system) / 1000, rss })}\n`,
  );
}
