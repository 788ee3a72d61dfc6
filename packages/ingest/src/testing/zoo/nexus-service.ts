/** The Nexus operations that the zoo's workflows call. Workflows import this too. */
import { operation, service } from 'nexus-rpc';

export const zooService = service('zoo', {
  /** Answers at once. */
  echo: operation<string, string>(),
  /** Runs a workflow. */
  sleep: operation<number, string>(),
  /** Fails at once. */
  fail: operation<string, string>(),
});
