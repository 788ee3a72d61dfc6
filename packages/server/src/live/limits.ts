/** How much those who watch may take. */
export interface LiveLimits {
  /** Open sockets of the server, and of one workspace. */
  readonly sockets: number;
  readonly socketsPerWorkspace: number;
  /** What may wait for a client that does not read, in bytes; beyond it, it is dropped. */
  readonly bufferedBytes: number;
  /** How long a client that is dropped has to take note. */
  readonly closeMs: number;
  /** How often a client is asked whether it is there; one that does not answer until the next time is dropped. */
  readonly pingMs: number;
  /** How many messages a client may send in that time. Nothing is asked of it, so they are not read. */
  readonly messages: number;
  /** How often it is looked whether a client's credential still holds. */
  readonly recheckMs: number;
  /** How often the database is asked for what was not heard of. */
  readonly pollMs: number;
}

export const DEFAULT_LIVE_LIMITS: LiveLimits = {
  sockets: 20_000,
  socketsPerWorkspace: 15_000,
  bufferedBytes: 1024 * 1024,
  closeMs: 5000,
  pingMs: 30_000,
  messages: 100,
  recheckMs: 60_000,
  pollMs: 1500,
};
