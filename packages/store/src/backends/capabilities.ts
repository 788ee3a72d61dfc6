/** The kinds of database that the store runs on. */
export type BackendName = 'embedded' | 'server' | 'citus';

/** What a kind of database offers; code asks this table and never the name. */
export interface Capabilities {
  /** The least version that has all that the migrations use. */
  readonly minimumVersion: number;
  /** Whether the lock on the data folder rules out every other server, so that one that is not ours is dead. */
  readonly exclusive: boolean;
  /** `-c name=value` settings that connections need. */
  readonly settings: string;
  /** Whether a statement can be planned without its parameters. */
  readonly genericPlans: boolean;
}

export const BACKENDS: Readonly<Record<BackendName, Capabilities>> = {
  embedded: { minimumVersion: 18, exclusive: true, settings: '', genericPlans: true },
  server: { minimumVersion: 15, exclusive: false, settings: '', genericPlans: true },
  // A server with the extension. The workspace that a transaction names has to reach the nodes that hold its rows, and
  // which node that is depends on the parameters.
  citus: {
    minimumVersion: 15,
    exclusive: false,
    settings: '-c citus.propagate_set_commands=local',
    genericPlans: false,
  },
};
