import type { RandomBytes } from '@flowprof/model';

/** A random number from 0 to 1. */
export function randomFraction(random: RandomBytes): number {
  const bytes = random(new Uint8Array(4));
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(0) / 0xffff_ffff;
}
