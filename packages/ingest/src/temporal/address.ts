import { TemporalError } from './errors.ts';

const DEFAULT_PORT = 7233;

export interface HostPort {
  readonly host: string;
  readonly port: number;
}

/** The parts of `host:port`; a raw IPv6 address stands in brackets. */
export function hostPortOf(address: string): HostPort {
  const match = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d{1,5}))?$/.exec(address.trim());
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3] ?? DEFAULT_PORT);
  if (host === undefined || port < 1 || port > 65_535)
    throw new TemporalError('unreachable', 'the address is not of the form host:port');
  return { host, port };
}

/** Says which IP address a name is to be reached at, and throws where it must not be. */
export type Resolve = (host: string, port: number) => Promise<string>;
