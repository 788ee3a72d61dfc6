import ipaddr from 'ipaddr.js';
import { NodeFailure } from '../errors.ts';
import type { NetworkPolicy } from '../types.ts';

/** What a run may reach when nothing else is said: everything. Servers set a stricter one. */
export const OPEN_NETWORK: NetworkPolicy = { privateAddresses: true, allow: [] };

/** A host name of a URL without the brackets of an IPv6 address. */
export function bareHost(hostname: string): string {
  return hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
}

/** Looks public, but reaches the host's own metadata service on Azure. */
const METADATA = new Set(['168.63.129.16']);

/** All that has been given out of IPv6; what lies outside is nobody's, or somebody's own. */
const GLOBAL_IPV6 = ipaddr.IPv6.parseCIDR('2000::/3');

/** Whether an address is one of the public internet. IPv4 inside IPv6 counts as what it is; anything unclear is not public. */
function isPublic(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  if (parsed.range() !== 'unicast' || METADATA.has(parsed.toString())) return false;
  return parsed instanceof ipaddr.IPv4 || parsed.match(GLOBAL_IPV6);
}

/** Whether a host stands for an address by itself, so that there is nothing to resolve. */
export function isLiteral(host: string): boolean {
  return ipaddr.isValid(host);
}

/**
 * Checks an address just before it is connected to: after resolving, so that no name and no spelling gets around it.
 * @throws {NodeFailure} `address_refused`
 */
export function checkAddress(policy: NetworkPolicy, host: string, port: number, address: string): void {
  if (policy.privateAddresses || isPublic(address)) return;
  const named = policy.allow.some((entry) => entry === `${host}:${port}` || entry === `${address}:${port}`);
  if (named) return;
  throw new NodeFailure('address_refused', `the network policy does not allow ${host}:${port}`, { retryable: false });
}
