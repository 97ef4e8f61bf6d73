import type { Pace } from './clock';

/** Lets `speed` seconds of virtual time pass for each second of wall time. Virtual time begins at its first timer. */
export function paced(speed: number): Pace {
  let begun: { virtual: number; wall: number } | undefined;
  return async (millis) => {
    begun ??= { virtual: millis, wall: performance.now() };
    const waitMs = begun.wall + (millis - begun.virtual) / speed - performance.now();
    if (waitMs > 1) await new Promise((resolve) => setTimeout(resolve, waitMs));
  };
}
