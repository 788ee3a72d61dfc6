import type { Frame } from './frames.ts';

/** Why the server ends a connection: codes of RFC 6455, and ours from 4000 on. */
export const CLOSE_CODES = {
  /** The server stops. */
  stopping: 1001,
  /** It sends what nobody asked for. */
  abuse: 1008,
  /** It does not read what is sent, or cannot be given it now: it is to come again later. */
  later: 1013,
  /** Its credential holds no longer. */
  expired: 4401,
  /** The workflow was deleted. */
  gone: 4404,
} as const;

export type CloseReason = keyof typeof CLOSE_CODES;

/** Whoever gets frames. */
export interface LiveClient {
  readonly isOpen: boolean;
  /** Sends frames in one go; one that cannot keep up is closed. */
  send(frames: readonly Buffer[]): void;
  /** Resolves once what was sent is with the operating system, or the client is gone. */
  drained(): Promise<void>;
  close(reason: CloseReason): void;
}

/** What a client gets: the events of a workflow or one of its steps after a number. */
export interface Watcher {
  readonly client: LiveClient;
  /** The key of a step; null for the whole workflow. */
  readonly step: string | null;
  /** Up to here it has been given everything. */
  position: number;
  /** Whether it has caught up and gets what comes. */
  isLive: boolean;
}

/** Gives a watcher what it has not had of frames that follow one another. */
export function give(watcher: Watcher, frames: readonly Frame[]): void {
  const last = frames.at(-1);
  if (last === undefined || last.seq <= watcher.position) return;
  const { step, position, client } = watcher;
  watcher.position = last.seq;
  const wanted = frames.filter((frame) => frame.seq > position && (step === null || frame.stepKey === step));
  if (wanted.length > 0) client.send(wanted.map(({ bytes }) => bytes));
}
