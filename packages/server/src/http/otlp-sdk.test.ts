import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { decodeTrace } from '@flowprof/model';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { fixedService } from '../../testing/fixed-service.ts';
import { startTestServer, type TestServer } from '../../testing/harness.ts';
import { Rounds } from '../../testing/rounds.ts';
import type { ServiceHost } from '../services/service-host.ts';

const examples = new URL('../../../../examples/opentelemetry/', import.meta.url);
const withId = z.looseObject({ id: z.string() });

interface ChartSpan {
  readonly name: string;
  readonly children: readonly ChartSpan[];
}

const chartSpan: z.ZodType<ChartSpan> = z.looseObject({
  name: z.string(),
  get children() {
    return z.array(chartSpan).default([]);
  },
});
const chart = z.looseObject({ spans: z.array(chartSpan) });

const rounds = new Rounds();
let test: TestServer;
let service: ServiceHost = fixedService('http://127.0.0.1:1');
const children: ChildProcess[] = [];

beforeAll(async () => {
  test = await startTestServer({
    timers: rounds,
    // The service is started once the port of the server is known.
    services: { acquire: (names) => service.acquire(names) },
    otlpDelays: { settled: 100_000, unsettled: 200_000, longest: 1_000_000 },
  });
  await test.call('/api/workspaces', { json: { slug: 'only', name: 'Only' } });
});

afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await test.close();
});

/** Starts the example with an exporter, and returns its URL. */
async function startService(protocol: string): Promise<string> {
  const child = spawn(process.execPath, [fileURLToPath(new URL('service.mjs', examples))], {
    env: {
      PATH: process.env['PATH'],
      OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
      OTEL_EXPORTER_OTLP_ENDPOINT: test.server.url,
      OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip',
      OTEL_SERVICE_NAME: 'stock',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const [said] = await once(child.stdout, 'data');
  return String(said).trim();
}

/** The names on the way to the first span of a name. */
function wayTo(name: string, spans: readonly ChartSpan[]): readonly string[] | null {
  for (const span of spans) {
    if (span.name === name) return [name];
    const below = wayTo(name, span.children);
    if (below !== null) return [span.name, ...below];
  }
  return null;
}

describe('the SDK of OpenTelemetry', () => {
  it.each(['http/protobuf', 'http/json', 'grpc'])(
    'sends the spans of a service by %s, which stand below the request of the run that called it',
    { timeout: 120_000 },
    async (protocol) => {
      const url = await startService(protocol);
      service = fixedService(url);
      const definition = z
        .record(z.string(), z.json())
        .parse(JSON.parse(readFileSync(new URL('workflow.json', examples), 'utf8')));
      // What runs on a server reaches private addresses only as services that it asks for.
      const json = { definition: { ...definition, services: ['demo'] } };
      const workflow = withId.parse((await test.call('/api/workflows', { json })).body);
      const started = await test.call(`/api/workflows/${workflow.id}/execute`, {
        json: { input_variables: { service: url } },
      });
      const { id } = withId.parse(started.body);
      await test.server.executions.settled(id);
      const path = `/api/v1/workspaces/only/executions/${id}/flame-chart`;
      const read = async () => wayTo('SELECT stock', chart.parse((await test.call(path)).body).spans);
      expect(await rounds.until(read, (way) => way !== null)).toEqual(
        expect.arrayContaining(['Look', 'http_request', 'GET /stock/{item}', 'SELECT stock']),
      );
    },
  );
});

describe('an execution made of spans', () => {
  it.each(['br', 'gzip', 'identity'])('has its chart as columns for clients that read %s', async (encoding) => {
    const name = `order for ${encoding}`;
    const traceId = Buffer.from(name.padEnd(16)).toString('hex').slice(0, 32);
    const times = { startTimeUnixNano: '1544712660000000000', endTimeUnixNano: '1544712661000000000' };
    const span = { traceId, spanId: '01'.repeat(8), name, ...times };
    const json = { resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] };
    expect((await test.call('/v1/traces', { json })).status).toBe(200);
    const id = traceId.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, '$1-$2-$3-$4-$5');
    const path = `/api/v1/workspaces/only/executions/${id}/flame-chart`;
    await rounds.until(
      () => test.call(path),
      ({ status }) => status === 200,
    );
    const headers = { accept: 'application/vnd.apache.arrow.stream', 'accept-encoding': encoding };
    const response = await fetch(test.server.url + path, { headers });
    const trace = decodeTrace(new Uint8Array(await response.arrayBuffer()));
    expect(trace.execution.name).toBe(name);
  });
});
