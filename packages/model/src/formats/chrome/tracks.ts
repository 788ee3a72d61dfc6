import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import { labelOf, numberOf } from './fields.ts';

interface Process {
  name: string;
  sortIndex: number;
  readonly pid: string;
  readonly seen: number;
}

/** A thread, or the row of a group of asynchronous slices. */
export interface Track {
  readonly index: number;
  readonly process: Process | null;
  readonly tid: string;
  name: string;
  sortIndex: number;
  /** Begins (a row of the draft) and ends (`-1 - n` for the n-th end), in the order of the file. */
  readonly marks: number[];
}

/** The tracks in the order in which they are shown. */
export interface TrackOrder {
  readonly names: readonly string[];
  /** For each track's index its position in `names`; `NONE` for tracks that no slice is on. */
  readonly position: Int32Array;
}

/** Numbers the threads of a file. Process and thread ids may be numbers or strings; `1` and `"1"` are the same. */
export class Tracks {
  readonly list: Track[] = [];
  readonly #processes = new Map<string, Process>();
  readonly #byRaw = new Map<JsonValue | undefined, Map<JsonValue | undefined, Track>>();
  readonly #byLabel = new Map<string, Track>();

  threadOf(event: JsonObject): Track {
    const { pid, tid } = event;
    let threads = this.#byRaw.get(pid);
    if (threads === undefined) {
      threads = new Map();
      this.#byRaw.set(pid, threads);
    }
    let track = threads.get(tid);
    if (track === undefined) {
      track = this.#find(labelOf(pid), labelOf(tid));
      threads.set(tid, track);
    }
    return track;
  }

  /** The track of a group of asynchronous slices. */
  groupOf(label: string): Track {
    return this.#byLabel.get(label) ?? this.#add(label, null, '', label);
  }

  /** Takes a metadata event: names and the order of processes and threads. */
  describe(event: JsonObject): void {
    const { args } = event;
    if (!isJsonObject(args)) return;
    const track = this.threadOf(event);
    const order = numberOf(args['sort_index']);
    if (event['name'] === 'thread_name') track.name = labelOf(args['name']);
    else if (event['name'] === 'thread_sort_index' && !Number.isNaN(order)) track.sortIndex = order;
    else if (track.process !== null && event['name'] === 'process_name') track.process.name = labelOf(args['name']);
    else if (track.process !== null && event['name'] === 'process_sort_index' && !Number.isNaN(order)) {
      track.process.sortIndex = order;
    }
  }

  /** Names and orders the tracks that slices are on. Every name is given to one track only. */
  order(used: Uint8Array): TrackOrder {
    const shown = this.list.filter((track) => used[track.index] === 1);
    const processes = new Set(shown.flatMap((track) => track.process ?? []));
    shown.sort(compareTracks);
    const names: string[] = [];
    const taken = new Set<string>();
    const position = new Int32Array(this.list.length).fill(-1);
    for (const track of shown) {
      const base = titleOf(track, processes.size > 1);
      let name = base;
      if (taken.has(name)) name = `${base} (${track.process?.pid ?? ''}/${track.tid})`;
      for (let n = 2; taken.has(name); n++) name = `${base} #${n}`;
      taken.add(name);
      position[track.index] = names.length;
      names.push(name);
    }
    return { names, position };
  }

  #find(pid: string, tid: string): Track {
    const label = `${pid}\u0000${tid}`;
    const known = this.#byLabel.get(label);
    if (known !== undefined) return known;
    let process = this.#processes.get(pid);
    if (process === undefined) {
      process = { pid, name: '', sortIndex: 0, seen: this.#processes.size };
      this.#processes.set(pid, process);
    }
    return this.#add(label, process, tid, '');
  }

  #add(label: string, process: Process | null, tid: string, name: string): Track {
    const track: Track = { index: this.list.length, process, tid, name, sortIndex: 0, marks: [] };
    this.list.push(track);
    this.#byLabel.set(label, track);
    return track;
  }
}

/** By process, then thread, each by the file's own order and then by first mention; asynchronous groups come last. */
function compareTracks(a: Track, b: Track): number {
  if (a.process === null || b.process === null) {
    return Number(a.process === null) - Number(b.process === null) || a.index - b.index;
  }
  const byProcess = a.process.sortIndex - b.process.sortIndex || a.process.seen - b.process.seen;
  return byProcess || a.sortIndex - b.sortIndex || a.index - b.index;
}

function titleOf(track: Track, withProcess: boolean): string {
  if (track.process === null) return track.name;
  const thread = track.name || `Thread ${track.tid}`;
  return withProcess ? `${track.process.name || `Process ${track.process.pid}`} / ${thread}` : thread;
}
