// The other engines, each given the same graph: for every node the positions of those before it that it waits for.
import { EventEmitter } from 'node:events';
import { Annotation, END, START, StateGraph } from '@langchain/langgraph';
import { auto } from 'async';
import { Deferred, Effect } from 'effect';
import { PGraph } from 'p-graph';

// langgraph listens to one signal once a node, which would be warned of each time.
EventEmitter.defaultMaxListeners = 0;

const nothing = async () => null;

function pGraph(graph) {
  const nodes = new Map(graph.map((_, i) => [`n${i}`, { run: nothing }]));
  const edges = graph.flatMap((before, i) => before.map((other) => [`n${other}`, `n${i}`]));
  const prepared = new PGraph(nodes, edges);
  return () => prepared.run({ concurrency: 4 });
}

function asyncAuto(graph) {
  const tasks = graph.map((before, i) => [
    `n${i}`,
    before.length === 0
      ? (done) => done(null, null)
      : [...before.map((other) => `n${other}`), (_results, done) => done(null, null)],
  ]);
  const prepared = Object.fromEntries(tasks);
  return () => auto(prepared, 4);
}

function effect(wrap) {
  return (graph) => () =>
    Effect.runPromise(
      Effect.gen(function* run() {
        const done = [];
        for (let i = 0; i < graph.length; i++) done.push(yield* Deferred.make());
        const node = (before, i) =>
          Effect.gen(function* runNode() {
            for (const other of before) yield* Deferred.await(done[other]);
            yield* wrap(Effect.succeed(null), `n${i}`);
            yield* Deferred.succeed(done[i], null);
          });
        yield* Effect.forEach(graph, node, { concurrency: 'unbounded', discard: true });
      }),
    );
}

function langgraph(graph) {
  const state = Annotation.Root({ done: Annotation({ reducer: (a, b) => a + b, default: () => 0 }) });
  const builder = new StateGraph(state);
  const isWaitedFor = new Set(graph.flat());
  for (const i of graph.keys()) builder.addNode(`n${i}`, async () => ({ done: 1 }));
  for (const [i, before] of graph.entries()) {
    if (before.length === 0) builder.addEdge(START, `n${i}`);
    else builder.addEdge(before.length === 1 ? `n${before[0]}` : before.map((other) => `n${other}`), `n${i}`);
    if (!isWaitedFor.has(i)) builder.addEdge(`n${i}`, END);
  }
  const prepared = builder.compile();
  return () => prepared.invoke({ done: 0 }, { recursionLimit: graph.length + 10 });
}

/** Those whose cost a node grows with the graph, or is high, are given a smaller one. */
export const engines = [
  { name: 'p-graph', nodes: 10_000, prepare: pGraph },
  { name: 'async.auto', nodes: 1_000, prepare: asyncAuto },
  { name: 'effect, no spans', nodes: 10_000, prepare: effect((work) => work) },
  { name: 'effect, a span a node', nodes: 10_000, prepare: effect((work, name) => Effect.withSpan(work, name)) },
  { name: 'langgraph', nodes: 200, prepare: langgraph },
];
