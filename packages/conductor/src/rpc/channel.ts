import type { JsonObject } from '@flowprof/model';

/** What two sides send each other: a small JSON object and any number of binary parts. */
export interface Message {
  readonly head: JsonObject;
  readonly parts: readonly Uint8Array[];
}

/** Why a channel has ended, by code. */
export const CHANNEL_CLOSE_CODES = {
  closed: 'One of the two sides closed it.',
  gone: 'The other side is gone: its process, its thread or the connection to it.',
  protocol_error: 'Something came that is no part of the protocol.',
  too_large: 'A message was larger than the limit of the side it was sent to.',
  too_slow: 'The other side did not read what was sent to it.',
} as const;

export type ChannelCloseCode = keyof typeof CHANNEL_CLOSE_CODES;

export function isChannelCloseCode(value: unknown): value is ChannelCloseCode {
  return typeof value === 'string' && Object.hasOwn(CHANNEL_CLOSE_CODES, value);
}

/** Why a channel has ended. */
export interface ChannelClosed {
  readonly code: ChannelCloseCode;
  /** One line for a person. */
  readonly reason: string;
}

/** Who uses a channel. Neither function may throw. */
export interface ChannelListener {
  message(lane: number, message: Message): void;
  /** Called once; nothing comes after it. */
  closed(closed: ChannelClosed): void;
}

/**
 * Two sides that send each other messages, however they are connected. Messages of one lane arrive in the order in
 * which they were sent; a large one on one lane does not hold up the others. Nothing is sent that the other side has
 * no room for, so that neither a pipe nor a socket ever buffers more than 1 MiB.
 */
export interface Channel {
  /** Starts the channel; what was received before is handed over first. To be called once. */
  listen(listener: ChannelListener, limits: ChannelLimits): void;
  /** Sends, as soon as the other side has room. What is sent after the end is dropped. */
  send(lane: number, message: Message): void;
  close(code: ChannelCloseCode, reason: string): void;
}

/** What a side accepts. */
export interface ChannelLimits {
  /** Bytes of messages that have begun to arrive and are not whole yet. */
  readonly receiveBytes: number;
  /** Messages that wait until the other side has room for them. */
  readonly waitingMessages: number;
}
