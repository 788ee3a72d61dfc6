import { describe, expect, test } from 'vitest';
import { at, only } from '../../../testing/at.ts';
import { historyBytes, told } from '../../../testing/temporal.ts';
import type { JsonObject, JsonValue } from '../../json.ts';
import { readTraceFile } from '../registry.ts';
import { textOf, utf8 } from '../web.ts';
import { base64Of } from './base64.ts';
import { eventOf } from './events.ts';
import { joinPages, readHistoryFile } from './reader.ts';

const file = 'picked/testChildWorkflowRetryHistory.json';
const document: { events: JsonObject[] } = JSON.parse(textOf(historyBytes(file)));
function screaming(type: JsonValue | undefined): string {
  const name = typeof type === 'string' ? type : '';
  return `EVENT_TYPE_${name.replace(/(?<!^)([A-Z])/g, '_$1').toUpperCase()}`;
}

function rename(key: string): string {
  return key.replace(/([A-Z])/g, '_$1').toLowerCase();
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function snake(value: JsonValue): JsonValue {
  if (isList(value)) return value.map(snake);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [rename(key), snake(item)]));
}

function asObjects(event: JsonObject): JsonObject {
  const key = Object.keys(event).find((name) => name.endsWith('EventAttributes')) ?? '';
  const { [key]: attributes = {}, ...rest } = event;
  const time = typeof event['eventTime'] === 'string' ? event['eventTime'] : '';
  const seconds = String(Math.floor(Date.parse(time) / 1000));
  const nanos = Number(/\.(\d+)/.exec(time)?.[1]?.padEnd(9, '0') ?? 0);
  return { ...rest, eventId: Number(event['eventId']), eventTime: { seconds, nanos }, attributes };
}

const { events } = document;
const lines = events.map((event) => JSON.stringify(event)).join('\n');
function json(value: unknown): Uint8Array {
  return utf8(JSON.stringify(value));
}

const original = only(joinPages(readHistoryFile(json(document)))).trace();

/** A field of a protobuf message that holds bytes. */
function field(number: number, bytes: Uint8Array): Uint8Array {
  const length: number[] = [];
  for (let rest = bytes.length; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Uint8Array.from([number * 8 + 2, ...length, rest, ...bytes]);
    length.push((rest % 128) + 128);
  }
}

describe('every spelling says the same', () => {
  test.each<[string, Uint8Array]>([
    ['screaming', json({ events: events.map((e) => ({ ...e, eventType: screaming(e['eventType']) })) })],
    ['a list', json(events)],
    ['a list of a document', json([{ events }])],
    ['an answer', json({ history: { events }, nextPageToken: null })],
    ['within more', json({ result: { response: { history: { events } } } })],
    ['descending', json({ events: events.toReversed() })],
    ['pages', json([{ events: events.slice(0, 5) }, { events: events.slice(5) }])],
    [
      'pages that descend and overlap',
      json([{ events: events.slice(4).reverse() }, { events: events.slice(0, 7).reverse() }]),
    ],
    ['lines', utf8(lines)],
    ['a cut last line', utf8(`${lines}\n{"eventId":"99","eventTy`)],
    ['names as in .proto files', json({ events: events.map(snake) })],
    ['attributes in one field, numbers, and times in parts', json({ events: events.map(asObjects) })],
    ['a byte order mark', utf8(`\ufeff${JSON.stringify(document)}`)],
  ])('%s', async (_, bytes) => {
    const trace = only(await readTraceFile(bytes));
    expect(told(trace)).toBe(told(original));
  });

  test('types as numbers, and durations in parts', () => {
    const event = {
      eventId: 5,
      eventType: 17,
      timerStartedEventAttributes: { startToFireTimeout: { seconds: '3', nanos: 5000 } },
    };
    expect(eventOf(event, 0)).toMatchObject({ type: 'TimerStarted', id: 5, time: null });
    const { low, high } = { low: 7, high: 0 };
    expect(eventOf({ eventId: { low, high, unsigned: false }, eventType: 'TimerFired' }, 0).id).toBe(7);
  });

  test('protobuf by itself, in an answer, and in an export of several', async () => {
    const history = historyBytes('sdk-core/fail_wf_task.bin');
    const expected = told(only(await readTraceFile(history)));
    const answer = field(1, history);
    expect(told(only(await readTraceFile(answer)))).toBe(expected);
    const other = field(1, historyBytes('sdk-core/timer_workflow_history.bin'));
    const traces = await readTraceFile(Uint8Array.from([...field(1, answer), ...field(1, other)]));
    expect(traces.map(({ execution }) => execution.eventCount)).toEqual([13, 10]);
    expect(told(at(traces, 0))).toBe(expected);
    const raw = { rawHistory: [{ encodingType: 'ENCODING_TYPE_PROTO3', data: base64Of(history) }] };
    expect(told(only(await readTraceFile(json(raw), { format: 'temporal' })))).toBe(expected);
  });

  test.each([
    ['a cut number', [0x0a, 0x02, 0x08, 0x80]],
    ['a length beyond the end', [0x0a, 0x7f, 0x08, 0x01, 0x12]],
    ['a field of an unknown wire type', [0x0a, 0x04, 0x08, 0x01, 0x12, 0x00, 0x0f]],
    ['no events', [0x10, 0x01]],
  ])('protobuf with %s is refused', async (_, bytes) => {
    const read = readTraceFile(Uint8Array.from(bytes), { format: 'temporal' });
    await expect(read).rejects.toMatchObject({ code: 'malformed' });
  });

  test('several runs in one file are several executions', async () => {
    const other: unknown = JSON.parse(textOf(historyBytes('picked/testAsyncActivityRetryHistory.json')));
    const traces = await readTraceFile(json([document, other]));
    expect(traces.map(({ execution }) => execution.eventCount)).toEqual([14, 11]);
    expect(told(at(traces, 0))).toBe(told(original));
  });

  test('what has no events is refused in one line', async () => {
    await expect(readTraceFile(json({ events: [] }), { format: 'temporal' })).rejects.toMatchObject({
      code: 'malformed',
    });
    await expect(readTraceFile(utf8('no'), { format: 'temporal' })).rejects.toMatchObject({ code: 'malformed' });
    await expect(readTraceFile(utf8('{"events":'), { format: 'temporal' })).rejects.toMatchObject({
      code: 'malformed',
    });
  });
});
