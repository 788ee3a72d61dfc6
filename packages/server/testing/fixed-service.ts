import type { ServiceHost } from '../src/services/service-host.ts';

/** Gives workflows that ask for `demo` a service that runs elsewhere. */
export function fixedService(url: string): ServiceHost {
  const held = { services: { demo: { url } }, allow: [new URL(url).host], release: () => undefined };
  return { acquire: () => Promise.resolve(held) };
}
