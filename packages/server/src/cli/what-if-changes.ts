import type { LimitKind, WhatIfChange } from '@flowprof/model';
import { InvalidArgumentError } from 'commander';

import { whatIfChange } from '../http/shapes/what-if.ts';

/** What a change is about, as it is written: a key, or `type:NAME`. */
export function targetFrom(text: string): { readonly node?: string; readonly type?: string } {
  if (text === '') throw new InvalidArgumentError('A node is missing.');
  return text.startsWith('type:') ? { type: text.slice('type:'.length) } : { node: text };
}

/** `load=2`: what it is about, and a number. Keys may hold `=`; the last one counts. */
export function valueFrom(text: string): { readonly node?: string; readonly type?: string; readonly factor: number } {
  const at = text.lastIndexOf('=');
  const value = Number(text.slice(at + 1));
  if (at < 1 || text.slice(at + 1).trim() === '' || !Number.isFinite(value) || value < 0) {
    throw new InvalidArgumentError('It must be a name and a number, as in load=2.');
  }
  return { ...targetFrom(text.slice(0, at)), factor: value };
}

const KINDS: ReadonlyMap<string, LimitKind> = new Map([
  ['pool', 'pool'],
  ['type', 'type'],
  ['loop', 'loop'],
  ['rate', 'rate_limit'],
]);

/** `pool:db=4`. */
export function limitFrom(text: string): WhatIfChange {
  const found = /^(pool|type|loop|rate):(.+)=([\d.]+)$/u.exec(text);
  const limit = KINDS.get(found?.[1] ?? '');
  const value = Number(found?.[3]);
  if (limit === undefined || !(value > 0)) {
    throw new InvalidArgumentError('It must be pool:NAME=n, type:NAME=n, loop:NODE=n or rate:NAME=n.');
  }
  return { kind: 'limit', limit, name: found?.[2] ?? '', value };
}

/** `a->b`: b waits for a. */
export function dependencyFrom(text: string): { readonly node: string; readonly on: string } {
  const [on = '', node = '', more] = text.split('->');
  if (on === '' || node === '' || more !== undefined) {
    throw new InvalidArgumentError("It must be two nodes, the earlier one first, as in 'load->report'.");
  }
  return { node: node.trim(), on: on.trim() };
}

/** A change as the API takes it. */
export function changeFrom(text: string): WhatIfChange {
  try {
    const json: unknown = JSON.parse(text);
    return whatIfChange.parse(json);
  } catch {
    throw new InvalidArgumentError('It is no change; docs/what-if.md lists them.');
  }
}
