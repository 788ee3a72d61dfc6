import { statusOf } from '@flowprof/model';
import { z } from 'zod';
import { createConductor, NodeFailure, type Conductor, type ExecutionResult } from '../index.ts';
import type { ConductorOptions, NodeDefinition, RunOptions, WorkflowDefinition } from '../index.ts';
import { VirtualTime } from './virtual-time.ts';

/** A conductor under a virtual clock, with a node type that fails as often as it is told to. */
export class Bench {
  readonly time: VirtualTime;
  readonly conductor: Conductor;
  readonly calls: string[] = [];

  /** @param startMs what has passed already when it begins */
  constructor(options: ConductorOptions = {}, startMs = 0) {
    this.time = new VirtualTime(startMs);
    const { clock, timers, random } = this.time;
    this.conductor = createConductor({ clock, timers, random, ...options });
    this.conductor.register('flaky', {
      params: z.strictObject({ failures: z.number(), ms: z.number().optional(), retryAfterMs: z.number().optional() }),
      phase: 'execute',
      run: async ({ failures, ms = 10, retryAfterMs }, context) => {
        this.calls.push(context.nodeId);
        await context.sleep(ms);
        const details = retryAfterMs === undefined ? {} : { retryAfterMs };
        if (context.attempt <= failures) throw new NodeFailure('flaky', `attempt ${context.attempt} failed`, details);
        return { attempts: context.attempt };
      },
    });
  }

  run(definition: WorkflowDefinition | NodeDefinition, options: RunOptions = {}): Promise<ExecutionResult> {
    return this.time.until(this.conductor.node.run(definition, options));
  }
}

/** A node that waits. */
export function delay(id: string, ms: number, ...dependsOn: string[]): NodeDefinition {
  return { id, type: 'delay', with: { ms }, dependsOn };
}

export function workflow(...nodes: NodeDefinition[]): WorkflowDefinition {
  return { name: 'test', nodes };
}

/** The status of every node by its id. */
export function statesOf(result: ExecutionResult): Record<string, string> {
  const { key, status } = result.recording.nodes;
  return Object.fromEntries(key.map((id, row) => [id, statusOf(status[row] ?? 0)]));
}

export function lines(...text: string[]): string {
  return text.join('\n');
}
