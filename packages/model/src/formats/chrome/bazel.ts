import { isUuid } from '../../ids.ts';
import { isJsonObject, type JsonObject } from '../../json.ts';
import type { ExecutionInfo } from '../../trace/trace.ts';
import { labelOf, numberOf } from './fields.ts';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Hours east of Greenwich of the zones that Java abbreviates without ambiguity. Others leave the date unknown. */
const ZONES: Readonly<Record<string, number>> = {
  UTC: 0,
  GMT: 0,
  WET: 0,
  WEST: 1,
  CET: 1,
  CEST: 2,
  EET: 2,
  EEST: 3,
  MSK: 3,
  JST: 9,
  KST: 9,
  AEST: 10,
  AEDT: 11,
  NZST: 12,
  NZDT: 13,
  EST: -5,
  EDT: -4,
  CDT: -5,
  MST: -7,
  MDT: -6,
  PST: -8,
  PDT: -7,
  AKST: -9,
  AKDT: -8,
  HST: -10,
};

/** Milliseconds since the epoch of what Java's `Date.toString` writes, e.g. `Tue Aug 16 13:12:51 CEST 2022`; else NaN. */
export function parseJavaDate(text: string): number {
  const match = /^\w{3} (\w{3}) (\d{1,2}) (\d{2}):(\d{2}):(\d{2}) (\w+) (\d{4})$/.exec(text);
  if (match === null) return Number.NaN;
  const [, month, day, hour, minute, second, zone, year] = match;
  const offset = Object.hasOwn(ZONES, zone) ? ZONES[zone] : Number.NaN;
  const at = MONTHS.indexOf(month);
  if (at < 0) return Number.NaN;
  return Date.UTC(Number(year), at, Number(day), Number(hour), Number(minute), Number(second)) - offset * 3_600_000;
}

/** When time 0 of the file was, in milliseconds since the epoch, or NaN where it does not say. */
export function epochOfZero(otherData: JsonObject): number {
  const exact = numberOf(otherData['profile_start_ts']);
  return Number.isNaN(exact) ? parseJavaDate(labelOf(otherData['date'])) : exact;
}

/** What a Bazel profile says of its build; null for files that are none. */
export function bazelInfo(header: JsonObject): Pick<ExecutionInfo, 'id' | 'externalId' | 'name' | 'workflow'> | null {
  const { otherData } = header;
  const buildId = isJsonObject(otherData) ? labelOf(otherData['build_id']) : '';
  if (buildId === '') return null;
  const isId = isUuid(buildId);
  return {
    id: isId ? buildId.toLowerCase() : null,
    externalId: isId ? null : buildId,
    name: `Bazel build ${buildId}`,
    workflow: 'bazel',
  };
}
