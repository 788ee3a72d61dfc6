import { createHash } from 'node:crypto';
import type { TraceEvent } from '@flowprof/model';
import { batchOf, type Batch, type StepDeclaration, type StepState } from '../batch.ts';
import { bigintArray, integerArray, textArray, uuidArray } from '../binary-array.ts';
import { errorValues } from '../entities.ts';
import { shownOutput, type ToldStep } from '../live/telling.ts';
import { json, jsonOrNull, text, textOrNull } from '../row.ts';
import type { PackedSteps } from './api.ts';

/** How many steps go into one statement. */
const CHUNK = 10_000;

/** A step with what is known of it. */
interface WholeStep {
  readonly declaration: StepDeclaration;
  /** Null while nothing is known of it but that it is there. */
  readonly state: StepState | null;
}

/** Every step with its state, in the order in which they are named. */
function wholeSteps({ declarations, states }: Batch): WholeStep[] {
  const byId = new Map(states.map((state) => [state.id, state]));
  const steps = declarations.map((declaration): WholeStep => {
    const state = byId.get(declaration.id) ?? null;
    byId.delete(declaration.id);
    return { declaration, state };
  });
  const undeclared = [...byId.values()].map((state): WholeStep => {
    const { nodeKey: key, iteration, id } = state;
    const node = { key, name: key, type: 'unknown', iteration, parentKey: null, dependsOn: [] };
    return { declaration: { id, node }, state };
  });
  return [...steps, ...undeclared];
}

function columnsOf(steps: readonly WholeStep[]): Uint8Array[] {
  const nodes = steps.map(({ declaration }) => declaration.node);
  const states = steps.map(({ state }) => state);
  const errors = states.map((state) => errorValues(state?.error ?? null));
  return [
    uuidArray(steps.map(({ declaration }) => declaration.id)),
    textArray(nodes.map(({ key }) => text(key))),
    integerArray(nodes.map(({ iteration }) => iteration ?? -1)),
    textArray(nodes.map(({ name }) => text(name))),
    textArray(nodes.map(({ type }) => text(type))),
    textArray(nodes.map(({ parentKey }) => textOrNull(parentKey))),
    integerArray(nodes.map(({ parentIteration }) => (parentIteration === undefined ? null : (parentIteration ?? -1)))),
    textArray(nodes.map(({ dependsOn }) => json(dependsOn))),
    textArray(nodes.map(({ taskQueue }) => textOrNull(taskQueue ?? null))),
    textArray(states.map((state) => state?.status ?? 'pending')),
    bigintArray(states.map((state) => state?.at ?? 0)),
    bigintArray(states.map((state) => state?.startedUs ?? null)),
    integerArray(states.map((state) => state?.retryCount ?? 0)),
    textArray(states.map((state) => jsonOrNull(state?.input))),
    textArray(states.map((state) => jsonOrNull(state?.output))),
    textArray(errors.map(([code]) => code)),
    textArray(errors.map(([, message]) => message)),
    textArray(errors.map(([, , details]) => details)),
  ];
}

/** Packs the steps that declarations and states of an execution's nodes come to. */
export function packSteps(executionId: string, nodes: readonly TraceEvent[]): PackedSteps {
  const steps = wholeSteps(batchOf(executionId, nodes));
  const chunks: { from: number; columns: Uint8Array[] }[] = [];
  const hash = createHash('sha256');
  for (let from = 0; from < steps.length; from += CHUNK) {
    const columns = columnsOf(steps.slice(from, from + CHUNK));
    for (const column of columns) hash.update(column);
    chunks.push({ from, columns });
  }
  const told = steps.map(({ declaration, state }): ToldStep => ({
    id: declaration.id,
    ...shownOutput(state?.status === 'completed' ? state.output : null),
  }));
  return {
    ids: uuidArray(steps.map(({ declaration }) => declaration.id)),
    chunks,
    told: Buffer.from(JSON.stringify(told)),
    hash: hash.digest(),
  };
}

const parse: (text: string) => readonly ToldStep[] = JSON.parse;

/** What those who watch are told of steps. */
export function toldSteps({ told }: PackedSteps): readonly ToldStep[] {
  return parse(Buffer.from(told).toString('utf8'));
}
