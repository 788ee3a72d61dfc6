import type { EpochMicros, JsonObject, TraceEvent } from '@flowprof/model';
import { StoreError } from '../errors.ts';
import type {
  AttemptReport,
  DueRun,
  HistoryPart,
  MadeTemporalRun,
  TemporalConnection,
  TemporalConnectionText,
  TemporalRun,
  TemporalRunHead,
  TemporalSecrets,
  TenantTemporal,
} from './api.ts';

function absent(): Promise<never> {
  return Promise.reject(new StoreError('database_error', 'Temporal connections are not kept yet'));
}

/** See `TenantTemporal`. */
export class PostgresTenantTemporal implements TenantTemporal {
  listConnections(): Promise<readonly TemporalConnection[]> {
    return Promise.resolve([]);
  }
  getConnection(_id: string): Promise<TemporalConnection | null> {
    return Promise.resolve(null);
  }
  createConnection(_text: TemporalConnectionText, _secrets: TemporalSecrets): Promise<TemporalConnection> {
    return absent();
  }
  updateConnection(
    _id: string,
    _change: Partial<TemporalConnectionText>,
    _secrets: Partial<TemporalSecrets>,
  ): Promise<TemporalConnection | null> {
    return Promise.resolve(null);
  }
  deleteConnection(_id: string, _withExecutions: boolean): Promise<boolean> {
    return Promise.resolve(false);
  }
  readSecrets(_id: string): Promise<TemporalSecrets | null> {
    return Promise.resolve(null);
  }
  claim(_connectionId: string): Promise<boolean> {
    return Promise.resolve(false);
  }
  release(_connectionId: string): Promise<void> {
    return Promise.resolve();
  }
  noteListing(
    _connectionId: string,
    _note: {
      readonly listedUntil?: EpochMicros;
      readonly error: { readonly code: string; readonly message: string } | null;
    },
  ): Promise<void> {
    return absent();
  }
  want(_connectionId: string, _heads: readonly TemporalRunHead[]): Promise<number> {
    return absent();
  }
  wantNow(_executionId: string): Promise<TemporalRun | null> {
    return Promise.resolve(null);
  }
  takeDue(_connectionId: string, _limit: number): Promise<readonly DueRun[]> {
    return Promise.resolve([]);
  }
  findRun(_executionId: string): Promise<TemporalRun | null> {
    return Promise.resolve(null);
  }
  listOpenRuns(_connectionId: string, _limit: number): Promise<readonly TemporalRun[]> {
    return Promise.resolve([]);
  }
  keepEvents(_connectionId: string, _runId: string, _part: HistoryPart, _described: JsonObject | null): Promise<void> {
    return absent();
  }
  async *readEvents(_connectionId: string, _runId: string): AsyncIterable<HistoryPart> {}
  record(
    _made: MadeTemporalRun,
    _outcome: { readonly isComplete: boolean; readonly dueAgainAt: EpochMicros | null },
  ): Promise<boolean> {
    return absent();
  }
  fail(
    _connectionId: string,
    _runId: string,
    _error: { readonly code: string; readonly message: string },
    _retryAt: EpochMicros,
  ): Promise<void> {
    return absent();
  }
  childrenOf(_connectionId: string, _runIds: readonly string[]): Promise<readonly TemporalRun[]> {
    return Promise.resolve([]);
  }
  keepAttempts(_reports: readonly AttemptReport[]): Promise<void> {
    return absent();
  }
  attemptsOf(_runIds: readonly string[]): Promise<readonly AttemptReport[]> {
    return Promise.resolve([]);
  }
  keepJoined(_executionId: string, _origin: EpochMicros, _events: readonly TraceEvent[]): Promise<boolean> {
    return absent();
  }
  joinedOf(
    _executionId: string,
  ): Promise<readonly { readonly origin: EpochMicros; readonly events: readonly TraceEvent[] }[]> {
    return Promise.resolve([]);
  }
}
