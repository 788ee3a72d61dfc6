import { createServer, type Server } from 'node:http';
import { gunzipSync } from 'node:zlib';
import {
  buildFlameChart,
  buildProfile,
  encodeTrace,
  isGzip,
  TRACE_FORMATS,
  writeTraceFile,
  type JsonObject,
  type TraceEvent,
} from '@flowprof/model';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createConductor, NodeFailure, otlpExporter, teeSinks, type ExecutionResult } from './index.ts';
import type { WorkflowDefinition } from './index.ts';
import { leaksIn } from './testing/canaries.ts';
import { OtlpReceiver } from './testing/otlp-receiver.ts';
import { allAtOnce } from './slices.ts';
import { packResult } from './trace/pack.ts';

/** Values that look like nothing in particular: only that they are declared to be secret can give them away. */
const DECLARED = {
  phrase: 'plover gannet & "dunnock"/7%',
  inObject: 'whimbrel-in-an-object',
  inList: 'bittern-in-a-list',
  number: '48151623',
  called: 'fieldfare-for-the-subworkflow',
} as const;

/** Values that are declared nowhere: their form gives them away. */
const BY_LOOKS = {
  service: `sk_live_${'4f6Gh8Jk'.repeat(3)}`,
  token: `eyJhbGciOiJIUzI1NiJ9.${'eyJzdWIi'.repeat(3)}.${'c2lnbmF0'.repeat(4)}`,
  connection: 'kingfisher-behind-a-colon',
  header: 'crossbill-in-a-header',
  cookie: 'redstart-in-a-cookie',
  flag: 'siskin-behind-a-flag',
} as const;

const CANARIES = { ...DECLARED, ...BY_LOOKS };

const INPUT = {
  phrase: DECLARED.phrase,
  account: { user: 'joe', key: DECLARED.inObject },
  list: [DECLARED.inList, 'second-in-the-list'],
  number: Number(DECLARED.number),
} satisfies JsonObject;

let origin: Server;
let url = '';
let receiver: OtlpReceiver;

beforeAll(async () => {
  origin = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      if (request.url?.startsWith('/moved')) {
        const location = `/echo?left=${encodeURIComponent(DECLARED.phrase)}`;
        response.writeHead(302, { location, 'set-cookie': `sid=${BY_LOOKS.cookie}` }).end();
        return;
      }
      const status = request.url?.startsWith('/broken') ? 400 : 200;
      response.writeHead(status, {
        'content-type': 'application/json',
        etag: `"${DECLARED.inObject}"`,
        'set-cookie': `sid=${BY_LOOKS.cookie}; Path=/`,
      });
      response.end(JSON.stringify({ url: request.url, headers: request.headers, body }));
    });
  });
  await new Promise<void>((resolve) => {
    origin.listen(0, '127.0.0.1', resolve);
  });
  const address = origin.address();
  url = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  receiver = await new OtlpReceiver().listen();
});

afterAll(async () => {
  await receiver.close();
  origin.close();
});

const conductor = createConductor();
conductor.register('chatter', {
  params: z.strictObject({ say: z.string(), also: z.unknown() }),
  phase: 'execute',
  run({ say, also }, context) {
    context.log(`the phrase is ${say}, with ${JSON.stringify(also)}`);
    context.log(`connecting to postgres://joe:${BY_LOOKS.connection}@db/main`);
    context.progress(10, `as base64 ${Buffer.from(`joe:${say}`).toString('base64')}`);
    context.progress(20, `as a URL ${encodeURIComponent(say)} and ${BY_LOOKS.service}`);
    context.annotate(`label ${say}`, 'info', { [`key ${say}`]: [say, { deep: say }], authorization: BY_LOOKS.header });
    const phase = context.span(`phase of ${say}`, {
      text: say,
      token: BY_LOOKS.header,
      args: ['--password', BY_LOOKS.flag],
    });
    phase.annotate('inner', 'info', { jwt: BY_LOOKS.token });
    phase.end('completed', { said: `${say}!`, number: Number(DECLARED.number) });
    return { heard: say, also: JSON.stringify(also), headers: { Authorization: BY_LOOKS.header } };
  },
});
conductor.register('complaint', {
  params: z.strictObject({ about: z.string() }),
  phase: 'execute',
  run({ about }) {
    const far = `${'.'.repeat(485)}${about}`;
    if (about.length % 2 === 0) throw new Error(`refused ${about}: password=${BY_LOOKS.flag}; ${far}`);
    throw new NodeFailure(`code of ${about}`, `${'.'.repeat(480)} ${about}`, { retryable: true });
  },
});

const text = (name: string): string => `\${ input.${name} }`;

function workflow(): WorkflowDefinition {
  const retry = { policy: 'fixed', maxAttempts: 2, delayMs: 1 } as const;
  return {
    name: 'canaries',
    inputs: {
      phrase: { type: 'string', secret: true },
      account: { type: 'object', secret: true },
      list: { type: 'array', secret: true },
      number: { type: 'number', secret: true },
    },
    workflows: {
      callee: {
        name: 'callee',
        inputs: { own: { type: 'string', secret: true }, other: { type: 'string' } },
        nodes: [{ id: 'inner', type: 'chatter', with: { say: text('own'), also: text('other') } }],
      },
    },
    nodes: [
      { id: 'chat', type: 'chatter', with: { say: text('phrase'), also: text('account') } },
      {
        id: 'send',
        type: 'http',
        with: {
          url: `${url}/echo/\${ input.account.key }?phrase=x`,
          method: 'POST',
          headers: { 'x-phrase': '${ input.account.key }', 'x-api-key': BY_LOOKS.header, cookie: BY_LOOKS.cookie },
          auth: { type: 'basic', username: 'joe', password: text('phrase') },
          query: { phrase: text('phrase'), api_key: BY_LOOKS.service },
          body: { phrase: text('phrase'), list: text('list'), number: text('number'), token: BY_LOOKS.token },
        },
      },
      {
        id: 'moved',
        type: 'http',
        with: { url: `${url}/moved`, auth: { type: 'bearer', token: '${ input.list[0] }' } },
      },
      {
        id: 'broken',
        type: 'http',
        onFailure: 'continue',
        retry,
        with: { url: `${url}/broken`, query: { q: text('phrase') }, form: { phrase: text('phrase') } },
      },
      {
        id: 'unreachable',
        type: 'http',
        onFailure: 'continue',
        with: { url: `ftp://joe:${BY_LOOKS.connection}@\${ input.account.key }/` },
      },
      {
        id: 'program',
        type: 'command',
        onFailure: 'continue',
        with: {
          command: process.execPath,
          args: [
            '-e',
            'console.error(process.argv.slice(1).join(" ")); process.exit(3)',
            text('phrase'),
            '--token',
            BY_LOOKS.flag,
          ],
          env: { SECRET: text('phrase') },
          stdin: text('phrase'),
        },
      },
      { id: 'complain', type: 'complaint', onFailure: 'continue', retry, with: { about: text('phrase') } },
      { id: 'again', type: 'complaint', onFailure: 'continue', with: { about: '${ input.account.key }' } },
      {
        id: 'expression',
        type: 'transform',
        onFailure: 'continue',
        with: { value: '${ input.account[input.phrase] }' },
      },
      {
        id: 'each',
        type: 'foreach',
        with: { items: text('list') },
        nodes: [{ id: 'item', type: 'chatter', with: { say: '${ item }', also: '${ index }' } }],
      },
      {
        id: 'call',
        type: 'subworkflow',
        with: { workflow: 'callee', input: { own: DECLARED.called, other: text('phrase') } },
      },
      {
        id: 'last',
        type: 'complaint',
        dependsOn: ['chat', 'send', 'moved', 'broken', 'program', 'each', 'call'],
        with: { about: text('phrase') },
      },
    ],
  };
}

describe('of a run that is full of secrets', () => {
  let result: ExecutionResult;
  const events: TraceEvent[] = [];

  beforeAll(async () => {
    const exporter = otlpExporter({ url: receiver.url });
    const sink = teeSinks([
      exporter,
      {
        write: async (_, batch) => {
          events.push(...batch);
        },
      },
    ]);
    result = await conductor.node.run(workflow(), { input: INPUT, sink });
    await exporter.flush();
  });

  test('everything ran that was to say them', () => {
    const failed = ['broken', 'unreachable', 'program', 'complain', 'again', 'expression', 'last'];
    const { key, status } = result.recording.nodes;
    const statuses = new Map(key.map((id, row) => [id, status[row]]));
    for (const id of key) expect([id, statuses.get(id)]).toEqual([id, failed.includes(id) ? 3 : 2]);
    expect(result.error?.code).toBeDefined();
  });

  test('nothing of them is in the trace, the recording and the error', () => {
    const { data: _, trace, recording, error } = result;
    expect(leaksIn(JSON.stringify(trace), CANARIES)).toEqual([]);
    expect(leaksIn(JSON.stringify(error), CANARIES)).toEqual([]);
    expect(leaksIn(encodeTrace(recording), CANARIES)).toEqual([]);
    expect(leaksIn(JSON.stringify([...recording.spans.metadata.values()]), CANARIES)).toEqual([]);
  });

  test('nor in what the sink is told', () => {
    expect(events.length).toBeGreaterThan(100);
    expect(leaksIn(JSON.stringify(events), CANARIES)).toEqual([]);
  });

  test('nor in what is exported as OTLP', () => {
    expect(receiver.spans.length).toBeGreaterThan(40);
    const shown = JSON.stringify(receiver.spans, (_, value: unknown) =>
      typeof value === 'bigint' ? `${value}` : value,
    );
    expect(leaksIn(shown, CANARIES)).toEqual([]);
  });

  test('nor in a packed result, apart from its data', () => {
    const { data: _, ...rest } = result;
    const whole = { ...rest, trace: result.trace, recording: result.recording };
    const { head, recording, log } = allAtOnce(packResult(whole));
    expect([head, recording, log].flatMap((bytes) => leaksIn(bytes, CANARIES))).toEqual([]);
  });

  test('nor in any file or view that is made of the recording', async () => {
    const written = TRACE_FORMATS.filter(({ write }) => write !== undefined);
    expect(written.length).toBeGreaterThan(1);
    for (const { name } of written) {
      const bytes = await writeTraceFile(result.recording, name);
      expect(leaksIn(isGzip(bytes) ? gunzipSync(bytes) : bytes, CANARIES)).toEqual([]);
    }
    expect(leaksIn(JSON.stringify(buildProfile(result.recording)), CANARIES)).toEqual([]);
    expect(leaksIn(JSON.stringify(buildFlameChart(result.recording)), CANARIES)).toEqual([]);
  });

  test('but the data is the caller’s own', async () => {
    const nodes = [{ id: 'own', type: 'transform', with: { value: text('phrase') } }];
    const { data } = await conductor.node.run({ ...workflow(), nodes }, { input: INPUT });
    expect(data).toEqual({ own: DECLARED.phrase });
  });
});

test('the scan finds what it looks for', () => {
  for (const [name, value] of Object.entries(CANARIES)) {
    for (const form of [
      value,
      JSON.stringify({ value }),
      encodeURIComponent(value),
      Buffer.from(`u:${value}:`).toString('base64'),
    ]) {
      expect(leaksIn(form, CANARIES)).toContain(name);
      expect(leaksIn(Buffer.from(`é${form}`), CANARIES)).toContain(name);
    }
  }
});
