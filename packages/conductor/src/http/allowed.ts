import type { NetworkPolicy } from '../types.ts';
import { bareHost, checkAddress, isLiteral } from './policy.ts';
import { Resolver } from './resolve.ts';

/**
 * The addresses that a name stands for now, once each of them is allowed: for what connects by itself and so has to be
 * given an address instead of a name, which could stand for another one a moment later.
 * @throws {NodeFailure} `address_refused`; what the lookup fails with
 */
export async function allowedAddresses(
  host: string,
  port: number,
  policy: NetworkPolicy,
  resolver: Pick<Resolver, 'resolve'> = new Resolver(),
): Promise<readonly string[]> {
  const name = bareHost(host);
  const addresses = isLiteral(name) ? [name] : (await resolver.resolve(name)).addresses;
  for (const address of addresses) checkAddress(policy, name, port, address);
  return addresses;
}
