import { describe, expect, test } from 'vitest';
import { at, only } from '../../../testing/at.ts';
import { historyBytes, told } from '../../../testing/temporal.ts';
import type { JsonObject, JsonValue } from '../../json.ts';
import { readTraceFile } from '../registry.ts';
import { textOf, utf8 } from '../web.ts';
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
