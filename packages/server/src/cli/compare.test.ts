import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { compareTraces, readTraceFile, type Trace } from '@flowprof/model';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { inProcess } from '../../testing/in-process.ts';
import { comparisonShape } from '../http/shapes/comparison.ts';
import { renderComparison } from '../terminal/comparison.ts';

const fixture = (name: string) => fileURLToPath(new URL(`../../../../fixtures/${name}`, import.meta.url));
const first = fixture('seqera-nextflow/1h5PlYK4uXvNyE_run_dump.tasks.json.gz');
const second = fixture('seqera-nextflow/1tcMFgDzXYPQbu_run_dump.tasks.json.gz');
const several = fixture('wta-askalon/tasks.jsonl');

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'flowprof-compare-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Runs a workflow whose node `slow` sleeps for a while, and gives the file with its trace. */
async function ranWith(ms: number): Promise<string> {
  const [workflow, trace] = [join(folder, `flow-${ms}.json`), join(folder, `trace-${ms}.json`)];
  const nodes = [
    { id: 'first', type: 'transform', with: { value: 1 } },
    { id: 'slow', type: 'delay', dependsOn: ['first'], with: { ms } },
    { id: 'beside', type: 'delay', dependsOn: ['first'], with: { ms: 5 } },
    { id: 'last', type: 'transform', dependsOn: ['slow', 'beside'], with: { value: 2 } },
  ];
  writeFileSync(workflow, JSON.stringify({ name: 'flow', nodes }));
  const { code, err } = await inProcess(['run', workflow, '--quiet', '--trace', trace]);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return trace;
}

async function traceIn(file: string): Promise<Trace> {
  const [trace] = await readTraceFile(readFileSync(file), { fileName: basename(file) });
  if (trace === undefined) throw new Error(`there is no execution in ${file}`);
  return trace;
}

/** The times of a row of the table, in its unit. */
function timesIn(line: string): number[] {
  return [...line.matchAll(/([+-]?[\d,]+(?:\.\d+)?) m?s/g)].map(([, number = '']) =>
    Number(number.replaceAll(',', '')),
  );
}

describe('flowprof compare', () => {
  test('prints a sentence, and a table whose parts add up to the line of the makespan', async () => {
    const { code, out, err } = await inProcess(['compare', first, second]);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('It took 4 h 16 min less');
    const table = out.slice(out.indexOf('node: cause')).split('\n\n')[0]?.split('\n').slice(1) ?? [];
    const makespan = timesIn(table.at(-1) ?? '');
    const sum = (column: number) =>
      table.slice(0, -1).reduce((total, line) => total + (timesIn(line)[column] ?? NaN), 0);
    expect(makespan).toEqual([32_937, 17_566, -15_371]);
    expect([0, 1, 2].map(sum)).toEqual(makespan);
    expect(out).toContain('SALMON_TXIMPORT  1 → 2 attempts');
  });

  test('prints as JSON what the model answers, with the flame graph when asked', async () => {
    const { out } = await inProcess(['compare', first, second, '--json', '--flame']);
    const [a, b] = [await traceIn(first), await traceIn(second)];
    expect(JSON.parse(out)).toEqual(compareTraces(a, b, { maxStacks: 2000 }));
  });

  test('takes one execution of a file that holds several, and says how when none is named', async () => {
    const { code, out } = await inProcess(['compare', `${several}#1`, `${several}#2`]);
    expect(code).toBe(0);
    expect(out).toContain('23 nodes have other ids, and are taken for the same by name or place');
    const unnamed = await inProcess(['compare', several, `${several}#2`]);
    expect(unnamed).toMatchObject({
      code: 2,
      err: `flowprof: ${several} holds 8 executions; say which, as in ${several}#1\n`,
    });
    const missing = await inProcess(['compare', `${several}#9`, several]);
    expect(missing).toMatchObject({ code: 2, err: `flowprof: ${several} holds 8 executions, and none of number 9\n` });
  });

  test('refuses what it cannot read, in one line', async () => {
    const { code, err } = await inProcess(['compare', join(folder, 'nothing.json'), first]);
    expect(code).toBe(2);
    expect(err.split('\n')).toHaveLength(2);
    expect((await inProcess(['compare', '-', '-'])).err).toBe('flowprof: only one of the two can come from stdin\n');
  });

  test('names the node that a run of the same workflow file was slowed by', async () => {
    const [quick, slow] = [await ranWith(10), await ranWith(1010)];
    const { out } = await inProcess(['compare', quick, slow, '--json']);
    const told = comparisonShape.parse(JSON.parse(out));
    expect(told.verdict).toBe('slower');
    expect(told.findings[0]).toMatchObject({ kind: 'node', id: 'slow', text: '"slow" slept longer' });
    expect(told.attribution.parts[0]).toMatchObject({ id: 'slow', cause: 'sleep', move: 'stayed', presence: 'both' });
  });

  test('writes hostile names harmlessly, and is bounded', async () => {
    const whole = await traceIn(first);
    const hostile = {
      ...whole,
      nodes: { ...whole.nodes, key: whole.nodes.key.map((key) => `${key}\u001b[31m\n${'x'.repeat(500)}`) },
    };
    const text = renderComparison(compareTraces(whole, hostile), {
      columns: 80,
      colour: false,
      unicode: true,
      interactive: false,
    });
    expect(text).not.toContain('\u001b');
    expect(text.split('\n').length).toBeLessThan(80);
  });
});
