// DBOS, run by the suite in a process of its own: `node dbos.mjs <connection string>`, then a message for each run.
import { DBOS } from '@dbos-inc/dbos-sdk';

const step = async (i) => ({ n: i, text: 'hello world' });

const chain = DBOS.registerWorkflow(
  async (steps) => {
    for (let i = 0; i < steps; i++) await DBOS.runStep(() => step(i), { name: `n${i}` });
    return steps;
  },
  { name: 'chain' },
);

const fanOut = DBOS.registerWorkflow(
  async (rounds, width) => {
    for (let round = 0; round < rounds; round++) {
      const steps = Array.from({ length: width }, (_, i) => DBOS.runStep(() => step(i), { name: `n${round}.${i}` }));
      await Promise.all(steps);
    }
    return rounds * width;
  },
  { name: 'fanOut' },
);

DBOS.setConfig({ name: 'bench', systemDatabaseUrl: process.argv[2], logLevel: 'error' });
await DBOS.launch();
process.on('message', ({ kind, rounds, width }) => {
  const run = kind === 'chain' ? chain(rounds) : fanOut(rounds, width);
  void run.then((steps) => process.send(steps));
});
process.on('disconnect', () => {
  // Where the database has gone already, there is nothing to wait for.
  setTimeout(() => process.exit(0), 2000);
  void DBOS.shutdown().finally(() => process.exit(0));
});
process.send('ready');
