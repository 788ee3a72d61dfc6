import {
  asMicros,
  EMPTY_EXECUTION,
  NO_LINKS,
  NodeTableBuilder,
  SpanTableBuilder,
  AnnotationTableBuilder,
  type Micros,
  type SpanKind,
  type Status,
  type Trace,
} from '@flowprof/model';

/** Milliseconds as microseconds. */
export function ms(value: number): Micros {
  return asMicros(Math.round(value * 1000));
}

/** Draws a trace by hand: spans are named by what they are and nested by the row of their parent. */
export class TracePen {
  readonly nodes = new NodeTableBuilder();
  readonly spans = new SpanTableBuilder({ prefix: 'abcdef01' });

  node(key: string, dependsOn: readonly string[] = [], parentKey: string | null = null, name = key): number {
    return this.nodes.declare({ key, name, type: 'http', iteration: null, parentKey, dependsOn });
  }

  /** A span from `from` to `to` milliseconds; without `to` it still runs. */
  span(
    kind: SpanKind,
    name: string,
    from: number,
    to: number | null,
    at: { readonly node?: number; readonly parent?: number; readonly track?: string; readonly status?: Status } = {},
  ): number {
    const { status, ...where } = at;
    const row = this.spans.open({ kind, name, start: ms(from), ...where });
    if (to !== null) this.spans.close(row, ms(to), status ?? 'completed');
    if (kind === 'node' && at.node !== undefined) {
      this.nodes.setSpan(at.node, row);
      this.nodes.setStatus(at.node, to === null ? 'running' : (status ?? 'completed'));
    }
    return row;
  }

  trace(): Trace {
    return {
      execution: { ...EMPTY_EXECUTION, name: 'drawn', status: 'completed' },
      nodes: this.nodes.snapshot(),
      spans: this.spans.snapshot(),
      annotations: new AnnotationTableBuilder().snapshot(),
      links: NO_LINKS,
      warnings: [],
    };
  }
}

/** The phases of a request: waiting, connecting, sending, receiving. */
function request(pen: TracePen, node: number, parent: number, from: number, to: number, connect: boolean): void {
  const http = pen.span('phase', 'http_request', from, to, { node, parent });
  let at = from;
  const length = to - from;
  const part = (name: string, share: number): void => {
    pen.span('phase', name, at, at + length * share, { node, parent: http });
    at += length * share;
  };
  if (connect) {
    part('dns', 0.04);
    part('tcp', 0.06);
    part('tls', 0.1);
  }
  part('request', 0.03);
  part('first_byte', connect ? 0.62 : 0.82);
  part('download', 0.14);
}

/** An order that is paid and shipped: eight nodes with phases, a retry, a failure, a branch not taken. */
export function checkout(): Trace {
  const pen = new TracePen();
  const key = {
    receive: pen.node('receive_order'),
    stock: pen.node('check_stock', ['receive_order']),
    price: pen.node('price_order', ['receive_order']),
    fraud: pen.node('fraud_check', ['receive_order']),
    pay: pen.node('charge_card', ['check_stock', 'price_order', 'fraud_check']),
    ship: pen.node('book_shipment', ['charge_card']),
    mail: pen.node('send_receipt', ['charge_card']),
    cool: pen.node('cool_down', ['book_shipment']),
    refund: pen.node('refund', ['charge_card']),
  };
  pen.nodes.setStatus(key.refund, 'skipped');
  const run = (
    node: number,
    name: string,
    from: number,
    queue: number,
    to: number,
    status: Status = 'completed',
  ): number => {
    const row = pen.span('node', name, from, to, { node, status });
    if (queue > 0) pen.span('phase', 'queue_wait', from, from + queue, { node, parent: row });
    return row;
  };
  const receive = run(key.receive, 'receive_order', 0, 0, 40);
  pen.span('phase', 'expression_eval', 2, 9, { node: key.receive, parent: receive });
  pen.span('phase', 'execute', 9, 38, { node: key.receive, parent: receive });

  const stock = run(key.stock, 'check_stock', 42, 10, 420);
  request(pen, key.stock, stock, 55, 415, true);
  const price = run(key.price, 'price_order', 42, 12, 250);
  pen.span('phase', 'expression_eval', 54, 70, { node: key.price, parent: price });
  request(pen, key.price, price, 72, 246, false);
  const fraud = run(key.fraud, 'fraud_check', 42, 120, 690);
  request(pen, key.fraud, fraud, 170, 684, true);

  const pay = run(key.pay, 'charge_card', 694, 30, 1720);
  const first = pen.span('attempt', 'attempt 1', 724, 1010, { node: key.pay, parent: pay, status: 'failed' });
  request(pen, key.pay, first, 730, 1005, true);
  pen.span('phase', 'retry_backoff', 1010, 1260, { node: key.pay, parent: pay });
  const second = pen.span('attempt', 'attempt 2', 1260, 1716, { node: key.pay, parent: pay });
  request(pen, key.pay, second, 1264, 1700, false);

  const ship = run(key.ship, 'book_shipment', 1724, 180, 2480);
  request(pen, key.ship, ship, 1910, 2470, true);
  const mail = run(key.mail, 'send_receipt', 1724, 20, 1980, 'failed');
  request(pen, key.mail, mail, 1750, 1970, true);
  const cool = run(key.cool, 'cool_down', 2484, 0, 2900);
  pen.span('phase', 'sleep', 2486, 2880, { node: key.cool, parent: cool });
  return pen.trace();
}

/** The rows of the critical path of `checkout`. */
export function checkoutPath(trace: Trace): Int32Array {
  const keys = ['receive_order', 'fraud_check', 'charge_card', 'book_shipment', 'cool_down'];
  return Int32Array.from(keys, (key) => trace.nodes.span[trace.nodes.key.indexOf(key)] ?? -1);
}

/** A repeatable sequence of numbers between 0 and 1 (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const STEPS = ['fetch', 'parse', 'validate', 'enrich', 'score', 'store', 'index', 'notify', 'render', 'archive'];

/** Nodes on parallel lanes, each with three phases, one in a thousand of them failed: about `count` spans. */
export function many(count: number, lanes: number, seed = 1): Trace {
  const random = seeded(seed);
  const pen = new TracePen();
  const keys = STEPS.map((step) => pen.node(step));
  const free = Array.from({ length: lanes }, () => random() * 5);
  for (let made = 0; made < count; made += 4) {
    const lane = (made / 4) % lanes;
    const from = free[lane] ?? 0;
    const length = 0.4 + random() ** 3 * 30;
    const pick = Math.floor(random() * STEPS.length);
    const node = keys[pick] ?? 0;
    const status: Status = random() < 0.001 ? 'failed' : 'completed';
    const row = pen.span('node', STEPS[pick] ?? '', from, from + length, { node, status });
    const wait = length * 0.15 * random();
    pen.span('phase', 'queue_wait', from, from + wait, { node, parent: row });
    pen.span('phase', 'expression_eval', from + wait, from + wait + length * 0.1, { node, parent: row });
    pen.span('phase', 'execute', from + wait + length * 0.1, from + length, { node, parent: row });
    free[lane] = from + length + random() * 3;
  }
  return pen.trace();
}

/** Two threads whose calls are nested deeply, as a profiler records them. */
export function threads(): Trace {
  const pen = new TracePen();
  const random = seeded(7);
  for (const track of ['main (1:1)', 'worker (1:2)']) {
    const open: { readonly row: number; readonly to: number }[] = [];
    for (let at = 0; at < 400; at += 1 + random() * 4) {
      while (open.length > 0 && (open.at(-1)?.to ?? 0) <= at) open.pop();
      const up = open.at(-1);
      const to = Math.min(up?.to ?? 400, at + 4 + random() * 90);
      const name = `${STEPS[Math.floor(random() * STEPS.length)] ?? ''}Task`;
      const row = pen.span('phase', name, at, to, { track, ...(up !== undefined && { parent: up.row }) });
      if (open.length < 7) open.push({ row, to });
    }
  }
  return pen.trace();
}

/** A run that is still going on: one node runs, two have not started. */
export function live(): Trace {
  const pen = new TracePen();
  const load = pen.node('load');
  const train = pen.node('train', ['load']);
  pen.node('evaluate', ['train']);
  pen.node('publish', ['evaluate']);
  const row = pen.span('node', 'load', 0, 300, { node: load });
  pen.span('phase', 'execute', 5, 295, { node: load, parent: row });
  const running = pen.span('node', 'train', 305, null, { node: train });
  pen.span('phase', 'queue_wait', 305, 380, { node: train, parent: running });
  pen.span('phase', 'execute', 380, null, { node: train, parent: running });
  return pen.trace();
}

/** Thousands of short spans in one lane, of which one in the middle failed. */
export function dense(): Trace {
  const pen = new TracePen();
  const node = pen.node('tick');
  for (let i = 0; i < 20_000; i++) {
    pen.span('node', 'tick', i * 0.1, i * 0.1 + 0.08, { node, status: i === 10_000 ? 'failed' : 'completed' });
  }
  return pen.trace();
}
